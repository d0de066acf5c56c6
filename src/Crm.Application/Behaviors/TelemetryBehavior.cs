using System.Diagnostics;
using System.Diagnostics.Metrics;
using Crm.Application.Abstractions;
using Crm.Application.Resources;
using MediatR;

namespace Crm.Application.Behaviors;

/// <summary>The names under which the application publishes activities and metrics.</summary>
public static class Telemetry
{
    /// <summary>Activity source and meter.</summary>
    public const string Name = "Crm";

    /// <summary>Starts activities: one per use case, one per delivery of the outbox.</summary>
    public static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);
    internal static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("crm.usecase.duration", "s", "Time a use case took, by name and outcome.");
}

/// <summary>What the scope is doing at the moment; database figures and the log of slow queries go by this name.</summary>
public sealed class CurrentUseCase : ISharedByUseCases
{
    /// <summary>The request's name, and the resource's where one request serves all: <c>CreateLead</c>, <c>ListRecords leads</c>.</summary>
    public string Name { get; set; } = "none";
}

/// <summary>Outermost: one activity and one measurement per use case, never its payload.</summary>
internal sealed class TelemetryBehavior<TRequest, TResponse>(CurrentUseCase current) : IPipelineBehavior<TRequest, TResponse> where TRequest : notnull
{
    private static readonly string Plain = typeof(TRequest).Name;

    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        using var activity = Telemetry.Source.StartActivity(Plain);
        var started = Stopwatch.GetTimestamp();
        // An operation of a batch is a use case inside another.
        var outer = current.Name;
        current.Name = request is IConcernsResource { Resource: var resource } ? UseCaseNames.Of(Plain, resource) : Plain;
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
            current.Name = outer;
            Telemetry.Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds,
                new KeyValuePair<string, object?>("usecase", Plain), new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}

/// <summary>Names with a resource, put together once.</summary>
internal static class UseCaseNames
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<(string, Resource), string> Known = new();

    public static string Of(string useCase, Resource resource) => Known.GetOrAdd((useCase, resource), static key => $"{key.Item1} {key.Item2.Name}");
}
