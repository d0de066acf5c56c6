using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Approvals, and the value above which a deal needs one.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261122000005_approvals")]
internal sealed class Migration20261122000005Approvals : SqlMigration;
