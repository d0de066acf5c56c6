using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Invoices, credit notes and their lines.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261125000011_invoices")]
internal sealed class Migration20261125000011Invoices : SqlMigration;
