using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>What recurring invoices bring in a month, day by day.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261127000011_recurring_revenue")]
internal sealed class Migration20261127000011RecurringRevenue : SqlMigration;
