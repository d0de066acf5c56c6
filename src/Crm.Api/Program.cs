using Crm.Api;
using Crm.Api.Http;
using Crm.Application.Abstractions;
using Crm.Infrastructure;
using Crm.Infrastructure.Postgres;

if (await CommandLine.TryRunAsync(args) is { } exitCode) return exitCode;

var builder = WebApplication.CreateBuilder(args);
using var startup = LoggerFactory.Create(logging => logging.AddSimpleConsole());
DatabaseHost database;
try
{
    database = await DatabaseHost.StartAsync(builder.Configuration, startup.CreateLogger("Crm.Startup"));
}
catch (Exception e) when (e is StartupException or Npgsql.NpgsqlException or OperationCanceledException)
{
    return CommandLine.Fail(e);
}
await using (database)
{
    builder.Services.AddCrm(database.AppConnectionString);
    builder.Services.AddCrmApi(builder.Configuration);
    var app = builder.Build();
    app.UseCrm();
    await app.RunAsync();
}
return 0;

/// <summary>Named so that tests can start the service.</summary>
public partial class Program;
