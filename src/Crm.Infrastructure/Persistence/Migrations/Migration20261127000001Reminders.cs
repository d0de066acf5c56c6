using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Reminders of late invoices.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261127000001_reminders")]
internal sealed class Migration20261127000001Reminders : SqlMigration;
