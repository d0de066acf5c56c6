using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Leads are scored by rules, beside the model.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261123000001_scoring_rules")]
internal sealed class Migration20261123000001ScoringRules : SqlMigration;
