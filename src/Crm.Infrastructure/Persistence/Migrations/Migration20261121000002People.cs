using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>People: permissions besides the role, trees of teams, invitations, sessions, password reset.</summary>
[DbContext(typeof(MigrationContext)), Migration("20261121000002_people")]
internal sealed class Migration20261121000002People : SqlMigration;
