using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Approvals by discount.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000041_approval_discounts")]
internal sealed class Migration20261126000041ApprovalDiscounts : SqlMigration;
