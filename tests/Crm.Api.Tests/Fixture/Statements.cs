using System.Diagnostics;

namespace Crm.Api.Tests.Fixture;

/// <summary>Counts what the service sends to the database for one request: round trips of commands and batches, by the traces the driver makes.</summary>
internal static class Statements
{
    /// <summary>Sends the request, which must succeed. The caller is in the cache already.</summary>
    public static async Task<int> CountAsync(ApiClient client, string method, string path, object? body = null)
    {
        (await client.GetAsync("/auth/me")).ShouldBe(200);
        var (trace, count) = (ActivityTraceId.CreateRandom(), 0);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.TraceId == trace ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStarted = activity =>
            {
                if (activity.TraceId == trace && activity.Source.Name == "Npgsql") Interlocked.Increment(ref count);
            },
        };
        ActivitySource.AddActivityListener(listener);
        var reply = await client.SendAsync(method, path, body, ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));
        reply.Status.ShouldBeInRange(200, 299, reply.ToString());
        count.ShouldBeGreaterThan(0);
        return count;
    }
}
