using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Leads are routed by rules.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261123000002_routing")]
internal sealed class Migration20261123000002Routing : SqlMigration;
