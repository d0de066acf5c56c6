using System.Globalization;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: broker, service and receiver fail while events set things off. Everything arrives, in order, and has its effect once. <c>./bench drill</c> runs it with more events.</summary>
public sealed class MotionDrillTests(CrmApi api)
{
    // A lead is created and scored, its task created and assigned.
    private const int EventsOfALead = 4, Events = 600, PerSecond = 15;
    private const double Mark = 1.2;
    private static readonly string? Wanted = Environment.GetEnvironmentVariable("DRILL_EVENTS");

    [Fact]
    public async Task Broker_service_and_receiver_fail_and_every_event_arrives_in_order_and_has_its_effects_once()
    {
        if (Wanted is not null)
        {
            await ComparedAsync(int.Parse(Wanted, CultureInfo.InvariantCulture) / EventsOfALead);
            return;
        }
        await using var drill = await MotionDrill.StartAsync(failing: true);
        var load = await drill.WriteAsync(Events / EventsOfALead, 2 * PerSecond, (0.2, drill.StopBrokerAsync), (0.4, drill.KillServiceAsync), (0.6, drill.StartBrokerAsync), (0.8, drill.KillServiceAsync));
        Tell(await drill.VerifyAsync(load));
    }

    /// <summary>The same load on two instances twice, undisturbed and disturbed: what fails elsewhere is not to be felt by those who write.</summary>
    private async Task ComparedAsync(int leads)
    {
        Answers calm, disturbed;
        await using (var drill = await MotionDrill.StartAsync(failing: false, await api.NewDatabaseAsync(), instances: 2))
        {
            var load = await drill.WriteAsync(leads, PerSecond);
            calm = Answers.Of(load);
            Tell($"undisturbed: {await drill.VerifyAsync(load)}");
        }
        await using (var drill = await MotionDrill.StartAsync(failing: true, await api.NewDatabaseAsync(), instances: 2))
        {
            var load = await drill.WriteAsync(leads, PerSecond, (0.1, drill.StopBrokerAsync), (0.2, drill.KillServiceAsync), (0.3, drill.StartBrokerAsync), (0.45, drill.KillServiceAsync),
                (0.55, drill.StopBrokerAsync), (0.65, drill.KillServiceAsync), (0.75, drill.StartBrokerAsync));
            disturbed = Answers.Of(load);
            Tell($"disturbed: {await drill.VerifyAsync(load)}");
        }
        var ratio = disturbed.P99 / calm.P99;
        Tell($"a write's answer undisturbed: {calm}");
        Tell($"a write's answer disturbed: {disturbed}");
        Tell(string.Create(CultureInfo.InvariantCulture, $"p99 disturbed against undisturbed: {ratio:N2} (mark {Mark})"));
        ratio.ShouldBeLessThanOrEqualTo(Mark);
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    /// <summary>How long writes took, and how busy the machine was: with other work on it the two runs cannot be compared.</summary>
    private sealed record Answers(TimeSpan P50, TimeSpan P99, string MachineLoad)
    {
        public static Answers Of(Load load)
        {
            var sorted = load.Answers.Order().ToList();
            return new Answers(sorted[sorted.Count / 2], sorted[sorted.Count * 99 / 100], File.ReadAllText("/proc/loadavg").Split(' ')[0]);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {P50.TotalMilliseconds:N1} ms, p99 {P99.TotalMilliseconds:N1} ms, load of the machine at the end {MachineLoad}");
    }
}
