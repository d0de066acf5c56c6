using Crm.Api;
using Crm.Api.Operations;
using Crm.Infrastructure;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Postgres;

if (await CommandLine.TryRunAsync(args) is { } exitCode) return exitCode;

var builder = WebApplication.CreateBuilder(args);
using var startup = LoggerFactory.Create(logging => logging.AddSimpleConsole());
DatabaseHost database;
TokenKey key;
try
{
    ProductionRules.Check(builder.Configuration, builder.Environment);
    key = TokenKey.Of(builder.Configuration);
    builder.Services.AddIntegrations(builder.Configuration);
    database = await DatabaseHost.StartAsync(builder.Configuration, startup.CreateLogger("Crm.Startup"));
}
catch (Exception e) when (e is StartupException or Npgsql.NpgsqlException or OperationCanceledException)
{
    return CommandLine.Fail(e);
}
await using (database)
{
    ServerSetup.Configure(builder);
    Observability.Configure(builder);
    builder.Services.AddCrm(database.AppConnectionString, key);
    builder.Services.AddCrmApi(builder.Configuration);
    var app = builder.Build();
    app.UseCrm();
    app.PrintWhenReady();
    await app.RunAsync();
}
return 0;

/// <summary>Named so that tests can start the service.</summary>
public partial class Program;
