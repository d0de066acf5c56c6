using System.Diagnostics;
using Crm.Application.Behaviors;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Crm.Api.Operations;

/// <summary>
/// Sends traces and metrics by the OpenTelemetry protocol (OTLP), once <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. A trace is
/// the request, its use cases, their SQL, and later what the outbox delivers because of it. All else is set by OpenTelemetry's own variables
/// (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, …).
/// </summary>
internal sealed class OtlpExport(IConfiguration configuration) : IHostedService, IDisposable
{
    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public static bool IsConfigured(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(s => s.AddSingleton(configuration))
            .ConfigureResource(Describe)
            .AddSource("Microsoft.AspNetCore", Telemetry.Name, "Npgsql")
            .AddProcessor(new OnlyCaused())
            .AddOtlpExporter()
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(s => s.AddSingleton(configuration))
            .ConfigureResource(Describe)
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", Telemetry.Name, "Npgsql", "System.Runtime")
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    /// <summary>What is still in memory is sent, so that the last requests before a stop are seen too.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() =>
    {
        _traces?.ForceFlush(3_000);
        _metrics?.ForceFlush(3_000);
    }, CancellationToken.None);

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static void Describe(ResourceBuilder resource) =>
        resource.AddService("crm", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3)).AddEnvironmentVariableDetector();

    /// <summary>The outbox is looked into once a second: what has no request and no delivery above it is not sent.</summary>
    private sealed class OnlyCaused : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            if (data.ParentSpanId == default && data.Kind is not (ActivityKind.Server or ActivityKind.Consumer))
                data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
