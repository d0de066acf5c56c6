using Crm.Api;
using Crm.Api.Operations;
using Crm.Infrastructure;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence.Migrations;
using Crm.Infrastructure.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crm.Benchmarks;

/// <summary>The whole service in this process, on a database that is thrown away; everything is on, only its log is not kept.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly string _folder;
    private readonly EmbeddedCluster _cluster;
    private readonly WebApplication _app;

    private Service(string folder, EmbeddedCluster cluster, WebApplication app, DirectServer server) =>
        (_folder, _cluster, _app, Server) = (folder, cluster, app, server);

    public DirectServer Server { get; }

    public static async Task<Service> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("crm-bench-").FullName;
        // The server of PostgreSQL runs as a user of its own when this one is root.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions { DataDir = folder, Fsync = false }, NullLogger.Instance);
        await new Migrator(cluster.OwnerConnectionString).UpAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["CRM_DATA_DIR"] = folder;
        builder.Configuration["RateLimiting:PermitsPerMinute"] = "100000000";
        builder.Configuration["Logging:LogLevel:Microsoft"] = "Warning";
        builder.Services.AddIntegrations(builder.Configuration);
        ServerSetup.Configure(builder);
        Observability.Configure(builder);
        builder.Services.AddCrm(cluster.AppConnectionString, TokenKey.Of(builder.Configuration));
        builder.Services.AddCrmApi(builder.Configuration);
        var server = new DirectServer();
        builder.Services.RemoveAll<IServer>().AddSingleton<IServer>(server);
        builder.Services.RemoveAll<ILoggerProvider>().AddSingleton<ILoggerProvider>(new JsonLogProvider(new LogWriter(Stream.Null), discreet: true));
        var app = builder.Build();
        app.UseCrm();
        await app.StartAsync();
        return new Service(folder, cluster, app, server);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
