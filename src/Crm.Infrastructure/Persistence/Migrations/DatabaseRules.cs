using Crm.Infrastructure.Postgres;
using Crm.Infrastructure.Recovery;
using Npgsql;

namespace Crm.Infrastructure.Persistence.Migrations;

/// <summary>What a database and a login must be for the service's promises to hold. Both methods throw <see cref="StartupException"/> with the remedy.</summary>
public static class DatabaseRules
{
    /// <summary>Refuses a login that row-level security does not bind, and an unfit database.</summary>
    public static async Task RefuseUnsafeAsync(string appConnectionString, CancellationToken ct = default)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(appConnectionString) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
        }
        catch (NpgsqlException e)
        {
            throw new StartupException($"The database of ConnectionStrings__Crm does not answer: {e.Message}", e);
        }

        await RefuseUnfitAsync(connection, ct);
        // Membership counts as much as the attribute: such a login can SET ROLE at any time.
        const string sql = """
            select case
              when exists (select from pg_roles r where r.rolsuper and pg_has_role(current_user, r.oid, 'member')) then 'is a superuser'
              when exists (select from pg_roles r where r.rolbypassrls and pg_has_role(current_user, r.oid, 'member')) then 'bypasses row-level security'
              when exists (select from pg_database d where d.datname = current_database() and pg_has_role(current_user, d.datdba, 'member')) then 'owns the database'
              when exists (
                select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\_t%' and pg_has_role(current_user, c.relowner, 'member'))
                then 'owns tables'
            end, current_user::text
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        if (!reader.IsDBNull(0))
            throw new StartupException(
                $"The login {reader.GetString(1)} of ConnectionStrings__Crm {reader.GetString(0)}, so nothing would keep tenants apart in the database. "
                + "Use the login crm_app that deploy/roles.sql makes.");
    }

    internal static async Task RefuseUnfitAsync(NpgsqlConnection connection, CancellationToken ct, bool duringRestore = false)
    {
        const string sql = $"""
            select current_setting('server_version_num')::int, current_setting('server_encoding'), datctype, current_database()::text, ({RestoreTarget.IsUnfinished})
            from pg_database where datname = current_database()
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        var (version, encoding, ctype, name) = (reader.GetInt32(0) / 10_000, reader.GetString(1), reader.GetString(2), reader.GetString(3));

        if (reader.GetBoolean(4) && !duringRestore)
            throw new StartupException($"A restore into the database {name} was interrupted, so what is in it is incomplete. Run ./run restore FILE again: it starts over.");
        if (version < PostgresPrograms.OldestVersion)
            throw new StartupException($"The server is PostgreSQL {version}; {PostgresPrograms.OldestVersion} or newer is needed.");
        if (encoding != "UTF8" || ctype is "C" or "POSIX")
            throw new StartupException(
                $"The database {name} has encoding {encoding} and ctype {ctype}; it must have UTF8 and a ctype that knows letters beyond ASCII, or Ü and Я are not found in "
                + "lower case. Make it with: create database crm owner crm_owner encoding 'UTF8' locale 'C.UTF-8' template template0");
    }
}
