using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Payments through a gateway.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261127000021_checkouts")]
internal sealed class Migration20261127000021Checkouts : SqlMigration;
