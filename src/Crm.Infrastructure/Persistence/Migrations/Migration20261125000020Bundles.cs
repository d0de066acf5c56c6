using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Bundles of products, and the default warehouse.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261125000020_bundles")]
internal sealed class Migration20261125000020Bundles : SqlMigration;
