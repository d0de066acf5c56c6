using System.Diagnostics;
using Npgsql;

namespace Crm.Infrastructure.Postgres;

/// <summary>How to open psql on a database that a connection string names. The password goes through the environment, where no process list shows it.</summary>
public static class PsqlStart
{
    public static async Task<ProcessStartInfo> ForAsync(string connectionString, IEnumerable<string> args, CancellationToken ct = default)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo((await PostgresPrograms.FindAsync(ct)).PathOf("psql"), args);
        PostgresPrograms.ForgetServerSettings(start, forPerson: true);
        start.Environment["PGHOST"] = to.Host;
        start.Environment["PGPORT"] = $"{to.Port}";
        start.Environment["PGDATABASE"] = to.Database;
        start.Environment["PGUSER"] = to.Username;
        start.Environment["PGPASSWORD"] = to.Password;
        start.Environment["PGSSLMODE"] = to.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => to.SslMode.ToString().ToLowerInvariant(),
        };
        return start;
    }
}
