using System.Text.Json.Nodes;
using Crm.Api.Tests.Fixture;

namespace Crm.Api.Tests.Checkouts;

/// <summary>An organization that is paid through Stripe, and what Stripe tells it.</summary>
internal sealed class StripeTenant(CrmApi api, TenantClient client)
{
    public TenantClient Client { get; } = client;

    public string Key { get; } = $"sk_test_{Guid.NewGuid():N}";

    public string Secret { get; private set; } = "";

    public static async Task<StripeTenant> OfAsync(CrmApi api)
    {
        var tenant = new StripeTenant(api, await api.TenantAsync());
        await tenant.Client.SellsAsync();
        tenant.Secret = await tenant.Client.PaidByStripeAsync(tenant.Key);
        return tenant;
    }

    /// <summary>An issued invoice of 120 EUR, unless something else is given.</summary>
    public async Task<Guid> InvoiceAsync(object? more = null) => (await Client.IssuedAsync(await Client.BuyerAsync(), more)).Id;

    /// <summary>A page for it.</summary>
    public async Task<JsonNode> CheckoutAsync(Guid invoice) => (await Client.PostAsync($"/invoices/{invoice}/checkouts")).ShouldBe(201).Data;

    /// <summary>Stripe tells of something.</summary>
    public Task<Reply> TellAsync(byte[] message, DateTimeOffset? at = null) => api.Anonymous.RawAsync("POST", $"/hooks/stripe/{Client.Id}", message, headers: FakeStripe.Signed(message, Secret, at));

    /// <summary>The same about a session.</summary>
    public Task<Reply> TellAsync(string type, JsonNode session, string? id = null) => TellAsync(api.Stripe.Event(type, session, id));

    /// <summary>Waits until the only payment stands so, as <c>120.00 = 120.00 allocated + 0.00 refunded + 0.00 left</c>.</summary>
    public async Task<JsonNode> PaymentAsync(string standing)
    {
        JsonNode? payment = null;
        await Eventually.Async(async () => (payment = (await Client.GetAsync("/payments")).ShouldBe(200).Items.SingleOrDefault()) is not null && Standing(payment) == standing,
            $"the payment stands at {standing}");
        return payment!;
    }

    /// <summary>Waits until the only checkout of an invoice has this status.</summary>
    public Task StatusAsync(Guid invoice, string status) =>
        Eventually.Async(async () => (string)(await Client.GetAsync($"/invoices/{invoice}/checkouts")).ShouldBe(200).Data[0]!["status"]! == status, $"the checkout is {status}");

    private static string Standing(JsonNode payment) =>
        $"{payment["amount"]!["amount"]!.ToJsonString()} = {payment["allocatedTotal"]!["amount"]!.ToJsonString()} allocated + {payment["refundedTotal"]!["amount"]!.ToJsonString()} refunded + {payment["unallocated"]!["amount"]!.ToJsonString()} left";
}
