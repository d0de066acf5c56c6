using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Webhooks: what they are sent, and the queue it waits in.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261122000003_webhooks")]
internal sealed class Migration20261122000003Webhooks : SqlMigration;
