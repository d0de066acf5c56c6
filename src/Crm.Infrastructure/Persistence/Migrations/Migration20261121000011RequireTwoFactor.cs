using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Whether a tenant's members need a second factor.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261121000011_require_two_factor")]
internal sealed class Migration20261121000011RequireTwoFactor : SqlMigration;
