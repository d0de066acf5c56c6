using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with invoices.</summary>
internal static class InvoiceIntents
{
    /// <summary>A line of one thing for 100 EUR and 20 % tax.</summary>
    public static readonly object Line = new { name = "Engine", unitPrice = new { amount = 100, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20 };

    /// <summary>A new customer's id, with all that an invoice needs of him.</summary>
    public static async Task<Guid> BuyerAsync(this ApiClient client, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        foreach (var (name, value) in ((string, string)[])[("name", "Babbage & Co"), ("country", "DE"), ("city", "Berlin"), ("taxNumber", "DE123456789"), ("email", $"{Guid.NewGuid():N}@example.com")])
            if (!body.ContainsKey(name)) body[name] = value;
        return (await client.PostAsync("/customers", body)).ShouldBe(201).Id;
    }

    /// <summary>Asks for a draft of an invoice for a customer, of one line unless others are given.</summary>
    public static Task<Reply> DraftAsync(this ApiClient client, Guid customer, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["customerId"] = customer;
        if (!body.ContainsKey("lineItems")) body["lineItems"] = new JsonArray(JsonSerializer.SerializeToNode(Line));
        return client.PostAsync("/invoices", body);
    }

    /// <summary>An invoice of 120 EUR, unless something else is given, issued to this customer.</summary>
    public static async Task<Reply> IssuedAsync(this ApiClient client, Guid customer, object? more = null) =>
        (await client.PostAsync($"/invoices/{(await client.DraftAsync(customer, more)).ShouldBe(201).Id}/issue")).ShouldBe(200);

    /// <summary>
    /// An invoice whose last day is over: it was due at once where days begin last, and then the organization moves to where they begin first, 25 hours ahead.
    /// </summary>
    public static async Task<Reply> LateAsync(this ApiClient client, Guid customer, object? more = null)
    {
        (await client.PatchAsync($"/customers/{customer}", new { paymentTerms = "Net 0" })).ShouldBe(200);
        (await client.PatchAsync("/tenant", new { timeZone = "Pacific/Pago_Pago" })).ShouldBe(200);
        var issued = await client.IssuedAsync(customer, more);
        (await client.PatchAsync("/tenant", new { timeZone = "Pacific/Kiritimati" })).ShouldBe(200);
        return issued;
    }

    /// <summary>Says who sells, so that invoices can be issued.</summary>
    public static async Task SellsAsync(this ApiClient client, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        foreach (var (name, value) in ((string, string)[])[("legalName", "Analytical Ltd"), ("vatId", "BG123456789"), ("address", "1 Main Street"), ("city", "Sofia"), ("country", "BG"), ("iban", "BG80BNBG96611020345678")])
            if (!body.ContainsKey(name)) body[name] = value;
        (await client.PatchAsync("/tenant/profile", body)).ShouldBe(200);
    }

    /// <summary>The amounts of a document, as <c>100.00 + 20.00 = 120.00</c>.</summary>
    public static string Sums(this Reply reply) => $"{Amount(reply, "netTotal")} + {Amount(reply, "taxTotal")} = {Amount(reply, "total")}";

    /// <summary>One amount of a document.</summary>
    public static string Amount(this Reply reply, string member) => reply.Data[member]!["amount"]!.ToJsonString();
}
