using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>The templates that issued documents keep.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261127000002_templates_kept")]
internal sealed class Migration20261127000002TemplatesKept : SqlMigration;
