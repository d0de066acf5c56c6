using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Durability;

/// <summary>Drill: nothing is ordered, invoiced, paid or booked twice or lost, whatever is killed while all of it goes on.</summary>
public sealed class CommerceKillTests(CrmApi api)
{
    [Fact]
    public async Task Killed_thrice_in_the_midst_of_trade_each_thing_is_done_once_and_the_books_are_right()
    {
        await using var service = await ServiceProcess.StartAsync(("Stripe__BaseUrl", api.Stripe.Address));
        var drill = await CommerceDrill.StartAsync(service, api.Stripe);
        await drill.RoundAsync(service.KillServiceAsync, stuck: true);
        await drill.RoundAsync(service.KillAsync, stuck: false);
        await drill.RoundAsync(service.KillServiceAsync, stuck: true);
        await drill.RecurAsync();
        await drill.VerifyAsync();
        (await service.StopAsync()).ShouldBe(0);
        var verified = await service.VerifiedAsync();
        foreach (var check in (string[])["what is due is what the ledger says", "payments are the sum of their entries", "no entry is taken back twice", "numbers of invoices have no gap in their series and year"])
            verified.ShouldContain($"ok     {check}: ");
        TestContext.Current.TestOutputHelper?.WriteLine($"3 kills; {drill}; 0 lost, 0 doubled.");
    }
}
