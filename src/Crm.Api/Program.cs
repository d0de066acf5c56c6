using Crm.Api;
using Crm.Api.Operations;
using Crm.Infrastructure;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Postgres;

if (await CommandLine.TryRunAsync(args) is { } exitCode) return exitCode;

// Settings lie beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
using var startup = LoggerFactory.Create(logging => logging.AddSimpleConsole());
try
{
    ProductionRules.Check(builder.Configuration, builder.Environment);
    var key = TokenKey.Of(builder.Configuration);
    builder.Services.AddSingleton(Sealer.Of(builder.Configuration));
    builder.Services.AddIntegrations(builder.Configuration);
    await using var database = await DatabaseHost.StartAsync(builder.Configuration, startup.CreateLogger("Crm.Startup"));
    ServerSetup.Configure(builder);
    Observability.Configure(builder);
    builder.Services.AddCrm(database.AppConnectionString, key);
    builder.Services.AddCrmApi(builder.Configuration);
    await using var app = builder.Build();
    app.UseCrm();
    await using var guard = database.Guard(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Crm.Postgres"));
    app.PrintWhenReady();
    await app.RunAsync();
}
catch (Exception e) when (e is StartupException or Npgsql.NpgsqlException or OperationCanceledException or IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException })
{
    return CommandLine.Fail(e);
}
return 0;

/// <summary>Named so that tests can start the service.</summary>
public partial class Program;
