using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Recurring work, and what members are told.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261122000006_notifications_schedules")]
internal sealed class Migration20261122000006NotificationsSchedules : SqlMigration;
