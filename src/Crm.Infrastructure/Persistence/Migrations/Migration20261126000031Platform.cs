using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>What the platform knows of organizations, and the log of its key.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000031_platform")]
internal sealed class Migration20261126000031Platform : SqlMigration;
