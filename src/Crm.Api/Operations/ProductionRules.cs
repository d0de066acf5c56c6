using System.Text;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Postgres;
using Npgsql;

namespace Crm.Api.Operations;

/// <summary>In production, on a database that is not the embedded one, the service refuses to start on secrets that are missing, short or well known.</summary>
internal static class ProductionRules
{
    private static readonly string[] WellKnown = ["", "postgres", "password", "passw0rd", "admin", "secret", "changeme", "change-me", "crm", "crm_app", "test", "123456"];

    /// <summary>Throws <see cref="StartupException"/> naming every setting that is not safe.</summary>
    public static void Check(IConfiguration configuration, IHostEnvironment environment)
    {
        // Said aloud: .NET also calls it production when nobody said anything, and then a first try must not need keys.
        var said = environment.IsProduction() && (configuration["ASPNETCORE_ENVIRONMENT"] ?? configuration["DOTNET_ENVIRONMENT"] ?? configuration["ENVIRONMENT"]) is not null;
        if (!said || configuration.GetConnectionString("Crm") is not { Length: > 0 } database) return;
        var refusals = new List<string>();
        var key = configuration["Jwt:Key"] ?? "";
        if (key.Length == 0) refusals.Add($"Jwt__Key is not set: give it at least {SecretRules.MinBytes} random bytes (openssl rand -base64 48).");
        else if (Encoding.UTF8.GetByteCount(key) < SecretRules.MinBytes) refusals.Add($"Jwt__Key has fewer than {SecretRules.MinBytes} bytes.");
        else if (IsGuessable(key)) refusals.Add("Jwt__Key is well known or repeats itself: take random bytes (openssl rand -base64 48).");
        foreach (var (name, text) in new[] { ("ConnectionStrings__Crm", database), ("ConnectionStrings__CrmOwner", configuration.GetConnectionString("CrmOwner") ?? "") })
            if (text.Length > 0 && Password(text) is { } password && WellKnown.Contains(password, StringComparer.OrdinalIgnoreCase))
                refusals.Add($"The password in {name} is {(password.Length == 0 ? "empty" : "a well-known one")}.");
        if (refusals.Count > 0) throw new StartupException("Not started, because this is production:\n  " + string.Join("\n  ", refusals));
    }

    private static bool IsGuessable(string key) => SecretRules.RepeatsItself(key)
        || WellKnown.Any(word => word.Length > 3 && key.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The password, or null where the server is reached without one by design: a certificate, a socket, a password file.</summary>
    private static string? Password(string connectionString)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        var without = parts.SslCertificate is not null || parts.Passfile is not null || (parts.Host ?? "").StartsWith('/');
        return string.IsNullOrEmpty(parts.Password) && without ? null : parts.Password ?? "";
    }
}
