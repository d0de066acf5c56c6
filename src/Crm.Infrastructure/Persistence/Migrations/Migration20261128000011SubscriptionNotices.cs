using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Notifications about what is to be paid for the organization's plan.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261128000011_subscription_notices")]
internal sealed class Migration20261128000011SubscriptionNotices : SqlMigration;
