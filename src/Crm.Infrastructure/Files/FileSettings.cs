using Crm.Application.Abstractions;
using Crm.Infrastructure.Postgres;
using Microsoft.Extensions.Configuration;

namespace Crm.Infrastructure.Files;

/// <summary>Where the content of files goes and what is taken.</summary>
/// <param name="S3">The bucket, or null for the data folder.</param>
internal sealed record FileSettings(FileRules Rules, S3Settings? S3)
{
    private const int DefaultMaxBytes = 25 << 20, LargestMaxBytes = 1 << 30;
    private const string Programs = "application/vnd.microsoft.portable-executable,application/x-elf,application/x-mach-binary";

    /// <summary>Reads the settings; what is missing or wrong is told at the start, not with the first file.</summary>
    /// <exception cref="StartupException">A size out of range, a store that is unknown, a bucket without address or keys.</exception>
    public static FileSettings Read(IConfiguration configuration)
    {
        var largest = configuration.GetValue("Files:MaxBytes", DefaultMaxBytes);
        if (largest is < 1 or > LargestMaxBytes) throw new StartupException($"Files__MaxBytes must be between 1 and {LargestMaxBytes}.");
        var rules = new FileRules(largest, Types(configuration["Files:DeniedTypes"] ?? Programs), Types(configuration["Files:AllowedTypes"] ?? ""));
        return (configuration["Files:Store"] ?? "Local").ToUpperInvariant() switch
        {
            "LOCAL" => new FileSettings(rules, null),
            "S3" => new FileSettings(rules, S3Settings.Read(configuration)),
            _ => throw new StartupException("Files__Store must be Local or S3."),
        };
    }

    private static string[] Types(string list) => list.Equals("none", StringComparison.OrdinalIgnoreCase) ? [] : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>A bucket of anything that speaks S3's protocol.</summary>
/// <param name="Endpoint">The address; null = Amazon's own of the region.</param>
/// <param name="PathStyle">True when the bucket is named in the path and not in the host's name.</param>
internal sealed record S3Settings(Uri? Endpoint, string Bucket, string Region, string AccessKey, string SecretKey, bool PathStyle)
{
    /// <exception cref="StartupException">Something is missing or wrong.</exception>
    public static S3Settings Read(IConfiguration configuration)
    {
        var endpoint = configuration["Files:S3:Endpoint"] is { Length: > 0 } address
            ? Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw new StartupException("Files__S3__Endpoint must be an http or https address.")
            : null;
        var (bucket, access, secret) = (configuration["Files:S3:Bucket"], configuration["Files:S3:AccessKey"], configuration["Files:S3:SecretKey"]);
        if (string.IsNullOrWhiteSpace(bucket)) throw new StartupException("Files__S3__Bucket must name the bucket that files are kept in.");
        if (string.IsNullOrWhiteSpace(access) || string.IsNullOrWhiteSpace(secret)) throw new StartupException("Files__S3__AccessKey and Files__S3__SecretKey must be set.");
        return new S3Settings(endpoint, bucket, configuration["Files:S3:Region"] ?? "us-east-1", access, secret, configuration.GetValue("Files:S3:PathStyle", endpoint is not null));
    }
}
