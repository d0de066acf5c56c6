using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Custom fields: definitions, the index of their values, and their words in searches.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261121000001_custom_fields")]
internal sealed class Migration20261121000001CustomFields : SqlMigration;
