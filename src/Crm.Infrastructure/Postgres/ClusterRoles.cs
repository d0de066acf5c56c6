using System.Security.Cryptography;
using System.Text;

namespace Crm.Infrastructure.Postgres;

/// <summary>Runs <c>deploy/roles.sql</c>, the script administrators run, once per cluster and again whenever the script has changed.</summary>
internal static class ClusterRoles
{
    internal static async Task EnsureAsync(ClusterFiles files, PostgresPrograms programs, ClusterPasswords passwords, int port, CancellationToken ct)
    {
        var script = await ScriptAsync(ct);
        var done = Path.Combine(files.Cluster, "crm.roles"); // goes when the cluster goes
        var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        if (File.Exists(done) && await File.ReadAllTextAsync(done, ct) == version) return;

        var result = await PostgresPrograms.RunAsync(
            programs.PathOf("psql"), ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-"], script,
            new Dictionary<string, string>
            {
                ["PGHOST"] = "127.0.0.1", ["PGPORT"] = $"{port}", ["PGDATABASE"] = "postgres",
                ["PGUSER"] = "postgres", ["PGPASSWORD"] = passwords.Superuser,
                ["CRM_OWNER_PASSWORD"] = passwords.Owner, ["CRM_APP_PASSWORD"] = passwords.App,
            }, ct: ct);
        if (result.ExitCode != 0) throw new StartupException($"The roles of the cluster could not be made:\n{result.Text}");
        await File.WriteAllTextAsync(done, version, ct);
    }

    private static async Task<string> ScriptAsync(CancellationToken ct)
    {
        await using var stream = typeof(ClusterRoles).Assembly.GetManifestResourceStream("roles.sql")!;
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(ct);
    }
}
