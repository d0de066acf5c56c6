using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Payments and the receivables ledger.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000001_payments")]
internal sealed class Migration20261126000001Payments : SqlMigration;
