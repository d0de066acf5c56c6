using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Warehouses, levels of stock and the ledger of its movements.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261124000001_stock")]
internal sealed class Migration20261124000001Stock : SqlMigration;
