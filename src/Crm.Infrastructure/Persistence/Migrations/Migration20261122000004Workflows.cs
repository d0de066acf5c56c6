using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Workflow rules and their runs.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261122000004_workflows")]
internal sealed class Migration20261122000004Workflows : SqlMigration;
