using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Orders, their lines, and what they move in the stock.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261125000021_orders")]
internal sealed class Migration20261125000021Orders : SqlMigration;
