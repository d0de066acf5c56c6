using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>API keys, second factors, links to the subjects of outside issuers, service users.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261121000003_access")]
internal sealed class Migration20261121000003Access : SqlMigration;
