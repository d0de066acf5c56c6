using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Invoices in the order of their day of issue.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261128000021_invoices_by_date")]
internal sealed class Migration20261128000021InvoicesByDate : SqlMigration;
