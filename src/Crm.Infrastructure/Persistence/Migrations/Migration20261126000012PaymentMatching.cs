using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>What payments are matched with invoices by: numbers, amounts and known accounts.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000012_payment_matching")]
internal sealed class Migration20261126000012PaymentMatching : SqlMigration;
