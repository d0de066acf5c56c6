using System.Diagnostics;
using System.Runtime.InteropServices;
using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Npgsql;

namespace Crm.Api;

/// <summary>The program's other uses than serving; <c>./run</c> passes its arguments on.</summary>
public static class CommandLine
{
    private const string Usage = """
        usage: ./run                                        serve (address: ASPNETCORE_URLS, data: CRM_DATA_DIR, database: ConnectionStrings__Crm)
               ./run migrate status|up|down [to]|script     the schema; down takes back the last migration, or all after the one named (0 = all)
               ./run backup FILE                            everything, database, files and secrets, into one new file; the service may run
               ./run restore FILE                           a backup into an empty database and data folder
               ./run verify                                 compares the data with its log, the schema with its migrations, the files with their rows
               ./run rebuild [--tenant ID] [--dry-run]      computes sums, counts, indexes and the like anew from the records; the service may run
               ./run psql [args]                            psql as the service's own login
               ./run health                                 0 if the service on ASPNETCORE_URLS is ready
        """;

    /// <summary>The exit code if the arguments ask for something else than serving, null if they do not.</summary>
    public static async Task<int?> TryRunAsync(string[] args)
    {
        if (args is [] or ["serve", ..] || args[0].StartsWith("--", StringComparison.Ordinal) && args[0] != "--help") return null;
        try
        {
            return args switch
            {
                ["migrate", .. var rest] => await MigrateAsync(rest),
                ["psql", .. var rest] => await PsqlAsync(rest),
                ["backup", var file] => await RecoveryCommands.BackupAsync(file),
                ["restore", var file] => await RecoveryCommands.RestoreAsync(file),
                ["verify"] => await RecoveryCommands.VerifyAsync(),
                ["rebuild", .. var rest] => RebuildOptions.Parse(rest) is { } options ? await RecoveryCommands.RebuildAsync(options) : Misused(),
                ["health"] => await HealthAsync(),
                ["help"] or ["--help"] or ["-h"] => Print(Usage),
                _ => Misused(),
            };
        }
        catch (Exception e) when (e is StartupException or NpgsqlException or OperationCanceledException)
        {
            return Fail(e);
        }
    }

    /// <summary>Says why nothing could be done, in the operator's words, and gives the exit code.</summary>
    public static int Fail(Exception reason)
    {
        Console.Error.WriteLine(reason is OperationCanceledException ? "Interrupted." : reason.Message);
        return 1;
    }

    private static async Task<int> MigrateAsync(string[] args)
    {
        if (args is not (["status"] or ["up"] or ["script"] or ["down"] or ["down", _])) return Misused();
        if (args[0] == "script") return Print(new Migrator("Host=nowhere").Script()); // needs no database, so it starts none

        await using var host = await OpenAsync();
        var migrator = new Migrator(host.OwnerConnectionString
            ?? throw new StartupException("Migrations run as the owner of the database: set ConnectionStrings__CrmOwner."));
        if (args[0] == "status")
        {
            foreach (var (id, applied) in await migrator.StatusAsync()) Print($"{(applied ? "applied" : "pending")}  {id}");
            return 0;
        }

        var changed = args[0] == "up" ? await migrator.UpAsync() : await migrator.DownAsync(args.ElementAtOrDefault(1));
        foreach (var id in changed) Print($"{(args[0] == "up" ? "applied" : "taken back")}  {id}");
        return changed.Count > 0 ? 0 : Print("nothing to do");
    }

    private static async Task<int> PsqlAsync(string[] args)
    {
        // Ctrl-C is psql's: it cancels a query there and must not end us, who stop the server afterwards.
        using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        await using var host = await OpenAsync();
        using var psql = Process.Start(await PsqlStart.ForAsync(host.AppConnectionString, args))!;
        await psql.WaitForExitAsync();
        return psql.ExitCode;
    }

    /// <summary>For container health checks, whose image has no curl.</summary>
    private static async Task<int> HealthAsync()
    {
        var configuration = Configuration();
        var url = (configuration["ASPNETCORE_URLS"] ?? configuration["URLS"])?.Split(';')[0]
            ?? $"http://localhost:{configuration["ASPNETCORE_HTTP_PORTS"]?.Split(';')[0] ?? "5080"}";
        foreach (var everywhere in new[] { "*", "+", "0.0.0.0", "[::]" }) url = url.Replace($"//{everywhere}", "//localhost");
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var answer = await client.GetAsync($"{url.TrimEnd('/')}/health/ready");
            return answer.IsSuccessStatusCode ? 0 : Fail(new HttpRequestException($"{url} answers {(int)answer.StatusCode}"));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            return Fail(e);
        }
    }

    private static Task<DatabaseHost> OpenAsync() => WithLoggerAsync(logger => DatabaseHost.OpenAsync(Configuration(), logger));

    /// <summary>Warnings only, and not on standard output: that belongs to what was asked for.</summary>
    internal static async Task<T> WithLoggerAsync<T>(Func<ILogger, Task<T>> act)
    {
        using var logging = LoggerFactory.Create(builder => builder
            .SetMinimumLevel(LogLevel.Warning)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        return await act(logging.CreateLogger("Crm.Postgres"));
    }

    internal static IConfiguration Configuration()
    {
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? Environments.Production;
        return new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables()
            .Build();
    }

    private static int Misused()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    internal static int Print(string text)
    {
        Console.WriteLine(text);
        return 0;
    }
}
