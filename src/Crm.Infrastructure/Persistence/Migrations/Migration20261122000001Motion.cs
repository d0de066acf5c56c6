using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>The log is followed: places in it, and messages that have had their effect.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261122000001_motion")]
internal sealed class Migration20261122000001Motion : SqlMigration;
