using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Templates of documents, and files that belong to one.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261125000030_document_templates")]
internal sealed class Migration20261125000030DocumentTemplates : SqlMigration;
