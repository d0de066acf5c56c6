using Crm.Api;
using Crm.Infrastructure.Postgres;

if (await CommandLine.TryRunAsync(args) is { } exitCode) return exitCode;

var builder = WebApplication.CreateBuilder(args);
using var logging = LoggerFactory.Create(logs => logs.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());
DatabaseHost database;
try
{
    database = await DatabaseHost.StartAsync(builder.Configuration, logging.CreateLogger("Crm.Postgres"));
}
catch (StartupException e)
{
    return CommandLine.Fail(e);
}
catch (OperationCanceledException)
{
    return 130; // stopped while starting
}

await using (database)
{
    var app = builder.Build();
    app.MapGet("/health/ready", () => Results.Ok());
    await app.RunAsync();
}

return 0;
