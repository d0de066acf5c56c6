using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>A record of the schema, to verify it by.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261121000006_recovery")]
internal sealed class Migration20261121000006Recovery : SqlMigration;
