using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Where invoices are paid.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000022_payment_url")]
internal sealed class Migration20261126000022PaymentUrl : SqlMigration;
