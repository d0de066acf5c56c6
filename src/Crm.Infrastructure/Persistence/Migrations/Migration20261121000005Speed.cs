using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>What the pipeline report adds up, kept while deals change.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261121000005_speed")]
internal sealed class Migration20261121000005Speed : SqlMigration;
