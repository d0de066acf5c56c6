using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>Deliveries know the trace of the request that caused them.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261121000008_telemetry")]
internal sealed class Migration20261121000008Telemetry : SqlMigration;
