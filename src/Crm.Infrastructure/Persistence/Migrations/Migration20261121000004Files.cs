using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Files attached to records, and the counts of tags.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261121000004_files")]
internal sealed class Migration20261121000004Files : SqlMigration;
