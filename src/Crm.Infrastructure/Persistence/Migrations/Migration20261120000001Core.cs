using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>The schema of the core: identity, parties, leads, deals, work, events.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261120000001_core")]
internal sealed class Migration20261120000001Core : SqlMigration;
