using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Organizations take e-mails at secret addresses.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261125000002_inbound_email")]
internal sealed class Migration20261125000002InboundEmail : SqlMigration;
