using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>The log is asked by time and by cause.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261122000008_analytics")]
internal sealed class Migration20261122000008Analytics : SqlMigration;
