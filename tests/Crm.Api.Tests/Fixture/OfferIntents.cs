using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crm.Api.Tests.Fixture;

/// <summary>What tests do with offers.</summary>
internal static class OfferIntents
{
    /// <summary>Something besides, for 30 EUR and 20 % tax.</summary>
    public static readonly object Option = new { name = "Training", unitPrice = new { amount = 30, currency = "EUR" }, taxCategory = "STANDARD", taxPercent = 20 };

    /// <summary>Asks for a draft of an offer, of one line of 100 EUR and one optional item of 30 unless others are given.</summary>
    public static async Task<Reply> OfferAsync(this ApiClient client, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        if (!body.ContainsKey("customerId")) body["customerId"] = await client.BuyerAsync();
        if (!body.ContainsKey("lineItems")) body["lineItems"] = new JsonArray(JsonSerializer.SerializeToNode(InvoiceIntents.Line));
        if (!body.ContainsKey("optionalItems")) body["optionalItems"] = new JsonArray(JsonSerializer.SerializeToNode(Option));
        return await client.PostAsync("/offers", body);
    }

    /// <summary>The same, sent, and the path below which the customer opens it.</summary>
    public static async Task<(Reply Offer, string Link)> SentOfferAsync(this ApiClient client, object? more = null)
    {
        var offer = (await client.OfferAsync(more)).ShouldBe(201).Id;
        return ((await client.PostAsync($"/offers/{offer}/send")).ShouldBe(200), await client.OfferLinkAsync(offer));
    }

    /// <summary>The path below which the customer opens a sent offer.</summary>
    public static async Task<string> OfferLinkAsync(this ApiClient client, Guid offer) => $"/public/offers/{(await client.GetAsync($"/offers/{offer}/link")).ShouldBe(200).Of("token")}";

    /// <summary>The id of an offer's optional item.</summary>
    public static Guid OptionId(this Reply offer, int index = 0) => (Guid)offer.Data["optionalItems"]![index]!["id"]!;
}
