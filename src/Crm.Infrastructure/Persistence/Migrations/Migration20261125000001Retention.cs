using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>What has ended is found by when it ended.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261125000001_retention")]
internal sealed class Migration20261125000001Retention : SqlMigration;
