using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Rates of tax by country, class of goods and day.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261124000003_tax_rates")]
internal sealed class Migration20261124000003TaxRates : SqlMigration;
