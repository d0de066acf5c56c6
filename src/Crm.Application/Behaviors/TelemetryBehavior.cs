using System.Diagnostics;
using System.Diagnostics.Metrics;
using MediatR;

namespace Crm.Application.Behaviors;

/// <summary>The names under which the application publishes activities and metrics.</summary>
public static class Telemetry
{
    /// <summary>Activity source and meter.</summary>
    public const string Name = "Crm";

    internal static readonly ActivitySource Source = new(Name);
    internal static readonly Meter Meter = new(Name);
    internal static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("crm.usecase.duration", "s", "Time a use case took, by name and outcome.");
}

/// <summary>Outermost: one activity and one measurement per use case, never its payload.</summary>
internal sealed class TelemetryBehavior<TRequest, TResponse> : IPipelineBehavior<TRequest, TResponse> where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = Telemetry.Source.StartActivity(typeof(TRequest).Name);
        var started = Stopwatch.GetTimestamp();
        var outcome = "ok";
        try
        {
            return await next();
        }
        catch (Exception e)
        {
            outcome = e is Domain.Common.CrmException crm ? crm.Code : "INTERNAL_ERROR";
            activity?.SetStatus(ActivityStatusCode.Error, outcome);
            throw;
        }
        finally
        {
            Telemetry.Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("usecase", typeof(TRequest).Name), new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
