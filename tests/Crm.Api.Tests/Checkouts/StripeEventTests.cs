using System.Text;
using Crm.Api.Tests.Fixture;
using Crm.Api.Tests.Notifications;
using Dapper;

namespace Crm.Api.Tests.Checkouts;

/// <summary>What Stripe tells of, and what is found without it.</summary>
public sealed class StripeEventTests(CrmApi api)
{
    [Fact]
    public async Task Only_what_Stripe_has_signed_is_taken()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var invoice = await tenant.InvoiceAsync();
        var checkout = await tenant.CheckoutAsync(invoice);
        var told = api.Stripe.Event("checkout.session.completed", api.Stripe.Pay((string)checkout["url"]!));
        var (address, now) = ($"/hooks/stripe/{tenant.Client.Id}", DateTimeOffset.UtcNow);
        async Task Refused(byte[] body, (string, string)? header, string address) => (await api.Anonymous.RawAsync("POST", address, body, headers: header is { } h ? [h] : []))
            .ShouldFail(400, "VALIDATION_FAILED").Errors.ContainsKey("Stripe-Signature").ShouldBeTrue();
        await Refused(told, null, address);
        await Refused(told, FakeStripe.Signed(told, "whsec_of_somebody_else"), address);
        await Refused(told, FakeStripe.Signed(told, tenant.Secret, now.AddMinutes(-6)), address);
        await Refused(told, FakeStripe.Signed(told, tenant.Secret, now.AddMinutes(6)), address);
        await Refused([.. told, (byte)' '], FakeStripe.Signed(told, tenant.Secret), address);
        await Refused(told, FakeStripe.Signed(told, tenant.Secret), $"/hooks/stripe/{(await StripeTenant.OfAsync(api)).Client.Id}");
        await Refused(told, FakeStripe.Signed(told, tenant.Secret), "/hooks/stripe");
        foreach (var nowhere in (string[])[$"/hooks/stripe/{Guid.CreateVersion7()}", "/hooks/stripe/x", $"/hooks/stripe/{(await api.TenantAsync()).Id}"])
            (await api.Anonymous.RawAsync("POST", nowhere, told, headers: FakeStripe.Signed(told, tenant.Secret))).ShouldFail(404, "NOT_FOUND");
        (await tenant.Client.GetAsync($"/invoices/{invoice}/checkouts")).Data[0]!["status"]!.ToString().ShouldBe("OPEN");
        (await tenant.Client.GetAsync("/payments")).Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"id\": 1}")]
    [InlineData("{\"id\": \"\"}")]
    [InlineData("{\"id\": \"evt_\\u0000\"}")]
    [InlineData("{\"id\": \"evt_\\ud802\"}")]
    [InlineData("{\"id\": \"evt_1\"")]
    [InlineData("{\"id\": \"evt_1\", \"data\": ")]
    public async Task What_is_signed_and_no_event_is_refused(string body)
    {
        var tenant = await StripeTenant.OfAsync(api);
        (await tenant.TellAsync(Encoding.UTF8.GetBytes(body))).ShouldFail(400, "VALIDATION_FAILED");
    }

    [Theory]
    [InlineData("{\"id\": \"evt_1\"}")]
    [InlineData("{\"id\": \"evt_1\", \"data\": 1}")]
    [InlineData("{\"id\": \"evt_1\", \"data\": {\"object\": {\"metadata\": {\"crm_tenant\": 1, \"crm_checkout\": []}}}}")]
    [InlineData("{\"id\": \"evt_1\", \"data\": {\"object\": {\"metadata\": {\"crm_tenant\": \"x\", \"crm_checkout\": \"\\ud802\"}}}}")]
    public async Task What_is_about_nothing_of_ours_is_let_pass(string body)
    {
        var tenant = await StripeTenant.OfAsync(api);
        var reply = await tenant.TellAsync(Encoding.UTF8.GetBytes(body));
        if (body.Contains("ud802", StringComparison.Ordinal)) reply.ShouldFail(400, "VALIDATION_FAILED");
        else ((bool)reply.ShouldBe(200).Data["isOurs"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task The_published_events_are_let_pass()
    {
        if (SharedData.Find("webhooks/stripe-events/events") is not { } folder)
        {
            TestContext.Current.TestOutputHelper?.WriteLine("shared/data/webhooks is absent: only our own events were tried");
            return;
        }
        var tenant = await StripeTenant.OfAsync(api);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json")) ((bool)(await tenant.TellAsync(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))).ShouldBe(200).Data["isOurs"]!).ShouldBeFalse(file);
    }

    [Fact]
    public async Task Nobody_books_anothers_checkout()
    {
        var (tenant, thief) = (await StripeTenant.OfAsync(api), await StripeTenant.OfAsync(api));
        var session = api.Stripe.Pay((string)(await tenant.CheckoutAsync(await tenant.InvoiceAsync()))["url"]!);
        ((bool)(await thief.TellAsync("checkout.session.completed", session)).ShouldBe(200).Data["isOurs"]!).ShouldBeFalse();
        var disguised = session.DeepClone();
        disguised["metadata"]!["crm_tenant"] = thief.Client.Id.ToString();
        ((bool)(await thief.TellAsync("checkout.session.completed", disguised)).ShouldBe(200).Data["isOurs"]!).ShouldBeFalse();
    }

    [Fact]
    public async Task What_nobody_told_of_is_found_by_looking()
    {
        var tenant = await StripeTenant.OfAsync(api);
        var (paid, expired, settled) = (await tenant.InvoiceAsync(), await tenant.InvoiceAsync(), await tenant.InvoiceAsync());
        var session = api.Stripe.Pay((string)(await tenant.CheckoutAsync(paid))["url"]!);
        var other = (string)(await tenant.CheckoutAsync(expired))["url"]!;
        api.Stripe.Expire(other[(other.LastIndexOf('/') + 1)..]);
        await tenant.CheckoutAsync(settled);
        (await tenant.Client.PostAsync($"/invoices/{settled}/write-off", new { reason = "Lost" })).ShouldBe(200);

        await LookAsync(tenant, TimeSpan.FromMinutes(1));
        (await tenant.Client.GetAsync("/payments")).Items.ShouldBeEmpty("one that was just opened is left alone");
        await LookAsync(tenant, TimeSpan.FromMinutes(20));
        await tenant.StatusAsync(paid, "PAID");
        await tenant.StatusAsync(expired, "EXPIRED");
        await tenant.StatusAsync(settled, "EXPIRED");
        await tenant.PaymentAsync("120.00 = 120.00 allocated + 0.00 refunded + 0.00 left");

        api.Stripe.Refund((string)session["id"]!, 12_000);
        await LookAsync(tenant, TimeSpan.FromHours(25));
        await tenant.PaymentAsync("120.00 = 0.00 allocated + 120.00 refunded + 0.00 left");
    }

    /// <summary>Lets it be so long ago that anybody looked, and looks as the schedule does.</summary>
    private async Task LookAsync(StripeTenant tenant, TimeSpan ago)
    {
        await using (var connection = await api.TenantConnectionAsync(tenant.Client.Id))
            await connection.ExecuteAsync("update crm.checkouts set looked_at = now() - @ago where tenant_id = @Id", new { tenant.Client.Id, ago });
        (await api.TurnAsync("checkouts.follow", tenant.Client.Id, DateTimeOffset.UtcNow - TimeSpan.FromDays(2) + ago)).ShouldBeTrue();
    }
}
