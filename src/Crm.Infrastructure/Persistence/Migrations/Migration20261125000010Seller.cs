using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Who sells, as documents say.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261125000010_seller")]
internal sealed class Migration20261125000010Seller : SqlMigration;
