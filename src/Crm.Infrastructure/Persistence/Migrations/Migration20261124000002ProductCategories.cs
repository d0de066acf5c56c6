using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Products stand in trees of categories.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261124000002_product_categories")]
internal sealed class Migration20261124000002ProductCategories : SqlMigration;
