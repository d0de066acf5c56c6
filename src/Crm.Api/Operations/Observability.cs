namespace Crm.Api.Operations;

/// <summary>Logs and metrics.</summary>
internal static class Observability
{
    public static void Configure(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // HealthCache says it once; this says it at every probe, with a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        var discreet = !builder.Environment.IsDevelopment();
        builder.Services.AddSingleton<ILoggerProvider>(_ => new JsonLogProvider(new LogWriter(Console.OpenStandardOutput()), discreet));
        builder.Services.AddSingleton<HttpMetrics>().AddSingleton<MeterMetrics>();
    }

    public static void MapMetrics(this WebApplication app)
    {
        // Listening begins with the service, not with the first scrape.
        var (http, meters) = (app.Services.GetRequiredService<HttpMetrics>(), app.Services.GetRequiredService<MeterMetrics>());
        app.MapGet("/metrics", (RequestDelegate)(async context =>
        {
            var text = new PrometheusText();
            http.Write(text);
            meters.Write(text);
            context.Response.ContentType = PrometheusText.ContentType;
            context.Response.Headers.CacheControl = "no-store";
            await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
        }));
    }
}
