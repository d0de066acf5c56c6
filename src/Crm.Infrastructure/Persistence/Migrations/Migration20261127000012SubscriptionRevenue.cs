using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>What subscriptions bring in a month after each change.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261127000012_subscription_revenue")]
internal sealed class Migration20261127000012SubscriptionRevenue : SqlMigration;
