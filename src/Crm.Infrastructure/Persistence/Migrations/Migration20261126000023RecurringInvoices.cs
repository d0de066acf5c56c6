using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Invoices that are made again and again.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000023_recurring_invoices")]
internal sealed class Migration20261126000023RecurringInvoices : SqlMigration;
