namespace Crm.Scale;

/// <summary>A thousand organizations: what they cost in memory, and what the first request of one costs.</summary>
internal sealed class ManyTenants(Instance instance, Verdicts verdicts)
{
    private const int All = 1_000, Few = 20, Requests = 4_000;
    private const string Path = "/leads?take=20";
    private readonly List<Tenant> _tenants = [];

    /// <summary>Signs them in, and registers those that are missing.</summary>
    public async Task EnterAsync()
    {
        Console.Error.WriteLine($"Signing in {All:N0} organizations …");
        for (var number = 1; number <= All; number++) _tenants.Add(await Tenant.EnterAsync(instance, number));
    }

    public async Task MeasureAsync()
    {
        // Who has just signed in is still known for some seconds.
        await Task.Delay(TimeSpan.FromSeconds(11));
        await AskAsync(Few);
        var before = instance.Megabytes;
        var (first, warm) = (new List<double>(), new List<double>());
        foreach (var tenant in _tenants.Skip(Few))
        {
            first.Add(await Timing.OneAsync(_ => tenant.SendAsync(HttpMethod.Get, Path), 0));
            warm.Add(await Timing.OneAsync(_ => tenant.SendAsync(HttpMethod.Get, Path), 0));
        }
        await AskAsync(All);
        var (after, ratio) = (instance.Megabytes, Timing.Median(first) / Timing.Median(warm));
        Console.WriteLine($"first request of an organization: {Timing.Median(first):N2} ms, the next one: {Timing.Median(warm):N2} ms, ratio {ratio:N2} (mark 2){verdicts.Of(ratio, 2, 2.4)}");
        Console.WriteLine($"memory after {Requests:N0} requests of {Few} organizations: {before:N0} MB, of {All:N0}: {after:N0} MB, ratio {after / before:N2} (mark 1.1){verdicts.Of(after / before, 1.1, 1.25)}");
    }

    private async Task AskAsync(int tenants)
    {
        for (var i = 0; i < Requests; i++) await _tenants[i % tenants].SendAsync(HttpMethod.Get, Path);
    }
}
