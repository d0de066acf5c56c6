using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Plans, subscriptions, charges and how much is used.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000032_plans")]
internal sealed class Migration20261126000032Plans : SqlMigration;
