using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>What products cost.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000042_product_costs")]
internal sealed class Migration20261126000042ProductCosts : SqlMigration;
