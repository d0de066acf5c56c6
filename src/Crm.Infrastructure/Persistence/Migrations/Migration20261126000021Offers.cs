using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Offers, their lines, and the links by which customers open them.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261126000021_offers")]
internal sealed class Migration20261126000021Offers : SqlMigration;
