using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Bank statements and their entries.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000011_bank_statements")]
internal sealed class Migration20261126000011BankStatements : SqlMigration;
