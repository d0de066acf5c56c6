using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Price books and the prices in them.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261124000004_price_books")]
internal sealed class Migration20261124000004PriceBooks : SqlMigration;
