using Crm.Api.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Crm.Api.Operations;

/// <summary>Logs, metrics and traces.</summary>
internal static class Observability
{
    public static void Configure(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // HealthCache says it once; this says it at every probe, with a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        // The framework's own line per request quotes the address with its query; ours is RequestMonitor's.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        var discreet = !builder.Environment.IsDevelopment();
        builder.Services.AddSingleton<ILoggerProvider>(_ => new JsonLogProvider(new LogWriter(Console.OpenStandardOutput()), discreet));
        builder.Services.AddSingleton<HttpMetrics>().AddSingleton<MeterMetrics>();
        if (OtlpExport.IsConfigured(builder.Configuration)) builder.Services.AddHostedService<OtlpExport>();
    }

    public static void MapMetrics(this WebApplication app)
    {
        // Listening begins with the service, not with the first scrape.
        var (http, meters) = (app.Services.GetRequiredService<HttpMetrics>(), app.Services.GetRequiredService<MeterMetrics>());
        var (health, compression) = (app.Services.GetRequiredService<HealthCache>(), app.Services.GetRequiredService<Compression>());
        app.MapRead("/metrics", async context =>
        {
            var text = new PrometheusText(context.Request.Headers.Accept.ToString().Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase));
            text.Head("crm_health", "gauge", "1 while the readiness check passes.");
            foreach (var (check, entry) in (await health.GetAsync()).Entries) text.Sample("crm_health", [("check", check)], entry.Status == HealthStatus.Healthy ? 1 : 0);
            http.Write(text);
            meters.Write(text);
            context.Response.ContentType = text.ContentType;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.Vary = "Accept";
            var bytes = compression.Apply(context, System.Text.Encoding.UTF8.GetBytes(text.ToString()));
            context.Response.ContentLength = bytes.Length;
            if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        });
    }
}
