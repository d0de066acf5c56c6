using System.Globalization;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: broker, service and receiver fail while events set things off. Everything arrives, in order, and has its effect once. <c>./bench drill</c> runs it with more events.</summary>
public sealed class MotionDrillTests
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

    /// <summary>The same load twice, undisturbed and disturbed: what fails elsewhere is not to be felt by those who write.</summary>
    private static async Task ComparedAsync(int leads)
    {
        TimeSpan calm, disturbed;
        await using (var drill = await MotionDrill.StartAsync(failing: false))
        {
            var load = await drill.WriteAsync(leads, PerSecond);
            calm = Slowest(load);
            Tell($"undisturbed: {await drill.VerifyAsync(load)}");
        }
        await using (var drill = await MotionDrill.StartAsync(failing: true))
        {
            var load = await drill.WriteAsync(leads, PerSecond, (0.1, drill.StopBrokerAsync), (0.2, drill.KillServiceAsync), (0.3, drill.StartBrokerAsync), (0.45, drill.KillServiceAsync),
                (0.55, drill.StopBrokerAsync), (0.65, drill.KillServiceAsync), (0.75, drill.StartBrokerAsync));
            disturbed = Slowest(load);
            Tell($"disturbed: {await drill.VerifyAsync(load)}");
        }
        Tell(string.Create(CultureInfo.InvariantCulture, $"p99 of a write's answer: {calm.TotalMilliseconds:N1} ms undisturbed, {disturbed.TotalMilliseconds:N1} ms disturbed, ratio {disturbed / calm:N2} (mark {Mark})"));
        (disturbed / calm).ShouldBeLessThanOrEqualTo(Mark);
    }

    private static TimeSpan Slowest(Load load) => load.Answers.Order().ElementAt(load.Answers.Count * 99 / 100);

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
