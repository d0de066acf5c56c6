using System.Reflection;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>
/// A migration that is two SQL files beside it, <c>&lt;id&gt;.up.sql</c> and <c>&lt;id&gt;.down.sql</c>. A class only gives the id:
/// <code>[DbContext(typeof(MigrationContext)), Migration("20261120000001_core")] internal sealed class Migration20261120000001Core : SqlMigration;</code>
/// Each runs in one transaction, which also records what the schema then is (<see cref="SchemaObjects"/>). Row-level security binds the
/// owner too: an <c>update</c> of a tenant table changes no row unless the file goes from tenant to tenant with <c>app.tenant_id</c> set. A bare <c>select</c> is not possible (the script for administrators wraps the file in a DO block): write <c>do $$ begin perform …; end $$</c>.
/// </summary>
internal abstract class SqlMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => Run(migrationBuilder, "up");

    protected override void Down(MigrationBuilder migrationBuilder) => Run(migrationBuilder, "down");

    private void Run(MigrationBuilder migrationBuilder, string direction)
    {
        migrationBuilder.Sql(Load(direction));
        migrationBuilder.Sql(SchemaObjects.Record);
    }

    private string Load(string direction)
    {
        var type = GetType();
        var name = $"{type.GetCustomAttribute<MigrationAttribute>()!.Id}.{direction}.sql";
        using var stream = type.Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{type.Assembly.GetName().Name} has no embedded resource {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
