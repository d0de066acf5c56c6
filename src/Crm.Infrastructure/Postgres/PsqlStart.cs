using System.Diagnostics;
using Npgsql;

namespace Crm.Infrastructure.Postgres;

/// <summary>How to open psql on a database that a connection string names. The password goes through the environment, where no process list shows it.</summary>
public static class PsqlStart
{
    public static async Task<ProcessStartInfo> ForAsync(string connectionString, IEnumerable<string> args, CancellationToken ct = default)
    {
        var start = new ProcessStartInfo((await PostgresPrograms.FindClientsAsync(ct)).PathOf("psql"), args);
        PostgresPrograms.ForgetServerSettings(start, forPerson: true);
        foreach (var (name, value) in Settings(connectionString)) start.Environment[name] = value;
        return start;
    }

    /// <summary>What a connection string says, as the environment variables that psql, pg_dump and pg_restore read.</summary>
    internal static IReadOnlyDictionary<string, string> Settings(string connectionString)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var settings = new Dictionary<string, string?>
        {
            ["PGHOST"] = to.Host,
            ["PGPORT"] = $"{to.Port}",
            ["PGDATABASE"] = to.Database,
            ["PGUSER"] = to.Username,
            ["PGPASSWORD"] = to.Password,
            ["PGSSLROOTCERT"] = to.RootCertificate,
            ["PGSSLMODE"] = to.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                _ => to.SslMode.ToString().ToLowerInvariant(),
            },
        };
        return settings.Where(s => !string.IsNullOrEmpty(s.Value)).ToDictionary(s => s.Key, s => s.Value!);
    }
}
