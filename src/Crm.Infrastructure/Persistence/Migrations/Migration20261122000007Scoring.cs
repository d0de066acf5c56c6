using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Leads are scored by rules and by models.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261122000007_scoring")]
internal sealed class Migration20261122000007Scoring : SqlMigration;
