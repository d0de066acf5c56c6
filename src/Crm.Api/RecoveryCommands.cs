using System.Globalization;
using Crm.Infrastructure.Postgres;
using Crm.Infrastructure.Rebuilding;
using Crm.Infrastructure.Recovery;
using Crm.Infrastructure.Verification;
using static Crm.Api.CommandLine;

namespace Crm.Api;

/// <summary><c>./run backup</c>, <c>restore</c>, <c>verify</c> and <c>rebuild</c>: they print what they did, and end with 0 or, after saying why, with 1.</summary>
internal static class RecoveryCommands
{
    public static async Task<int> BackupAsync(string file)
    {
        using var stop = new StopSignals();
        var configuration = Configuration();
        var done = await WithLoggerAsync(logger =>
            Backup.WriteAsync(file, () => DatabaseHost.OpenAsync(configuration, logger, mustExist: true, stop.Token), configuration, stop.Token));
        Print(Text($"{Path.GetFullPath(file)}: {done.Bytes:N0} bytes; {done.Rows:N0} rows of {done.Tables} tables, {done.Files:N0} files"));
        Print($"secrets in it: {(done.Secrets.Count == 0 ? "none" : string.Join(", ", done.Secrets))}. Keep the file where nobody else can read it: it opens everything.");
        foreach (var name in new[] { "Jwt:Key", "Encryption:Key" })
            if (configuration[name] is { Length: > 0 }) Print($"{name.Replace(":", "__", StringComparison.Ordinal)} is a setting and so not in it: keep that yourself.");
        return 0;
    }

    public static async Task<int> RestoreAsync(string file)
    {
        using var stop = new StopSignals();
        var configuration = Configuration();
        var done = await WithLoggerAsync(logger => Restore.RunAsync(file, () => DatabaseHost.OpenAloneAsync(configuration, logger, stop.Token), configuration, stop.Token));
        Print(Text($"restored the state of {done.CreatedAt.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z: {done.Rows:N0} rows, {done.Files:N0} files; the event log goes on in epoch {done.Epoch}"));
        foreach (var id in done.Migrated) Print($"applied  {id}");
        return Print("Start the service with ./run; ./run verify looks whether all is as it should be.");
    }

    public static async Task<int> VerifyAsync()
    {
        using var stop = new StopSignals();
        var configuration = Configuration();
        await using var host = await WithLoggerAsync(logger => DatabaseHost.OpenAsync(configuration, logger, mustExist: true, stop.Token));
        return await Verifier.RunAsync(host.AppConnectionString, configuration, text => Print(text), stop.Token) ? 0 : 1;
    }

    public static async Task<int> RebuildAsync(RebuildOptions options)
    {
        using var stop = new StopSignals();
        var configuration = Configuration();
        await using var host = await WithLoggerAsync(logger => DatabaseHost.OpenAsync(configuration, logger, mustExist: true, stop.Token));
        return await Rebuilder.RunAsync(host.AppConnectionString, options.Tenant, keeps: !options.IsDryRun, text => Print(text), stop.Token) ? 0 : 1;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
