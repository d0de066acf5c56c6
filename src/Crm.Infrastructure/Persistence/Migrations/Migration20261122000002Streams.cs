using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Tickets that open streams.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261122000002_streams")]
internal sealed class Migration20261122000002Streams : SqlMigration;
