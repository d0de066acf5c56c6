using System.Text.Json;
using Crm.Application.Checkouts;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;

namespace Crm.Infrastructure.Checkouts;

/// <summary>Reads what Stripe says; what is not as it is documented is a <see cref="JsonException"/>, or nothing where that is said.</summary>
internal static class StripeAnswers
{
    private const int LongestId = 255, LongestMessage = 300;

    /// <summary>A checkout session, with its payment intent and that one's latest charge inside it.</summary>
    public static GatewaySession Session(JsonElement session)
    {
        var id = Text(session, "id") ?? throw new JsonException("A session has no id.");
        var intent = Member(session, "payment_intent");
        var paid = Text(session, "payment_status") == "paid";
        var status = Text(session, "status") switch
        {
            "open" => CheckoutStatus.Open,
            "expired" => CheckoutStatus.Expired,
            "complete" when paid => CheckoutStatus.Paid,
            "complete" when intent.ValueKind == JsonValueKind.Object && Text(intent, "status") is "requires_payment_method" or "canceled" => CheckoutStatus.Failed,
            "complete" => CheckoutStatus.Processing,
            var other => throw new JsonException($"A session is {other}."),
        };
        return new GatewaySession(id, status, Text(session, "url"), Time(session, "expires_at"), paid ? Payment(session, intent) : null);
    }

    /// <summary>What an event is about: the checkout that its object names; null when it is no event.</summary>
    public static GatewayNews? News(ReadOnlyMemory<byte> body, string checkoutKey, string tenantKey)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "id") is not { Length: > 0 and <= LongestId } id || id.Any(char.IsControl)) return null;
            var metadata = Member(Member(Member(root, "data"), "object"), "metadata");
            return new GatewayNews(id, Id(metadata, tenantKey), Id(metadata, checkoutKey));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair is only found when its text is asked for.
            return null;
        }
    }

    /// <summary>What an error says to people; null when it says nothing.</summary>
    public static string? Message(JsonElement json)
    {
        var message = Text(Member(json, "error"), "message");
        return message is { Length: > LongestMessage } ? message[..LongestMessage] : message;
    }

    private static GatewayPayment Payment(JsonElement session, JsonElement intent)
    {
        var currency = Text(session, "currency") ?? throw new JsonException("A session has no currency.");
        var charge = Member(intent, "latest_charge");
        var details = Member(session, "customer_details");
        return new GatewayPayment(Text(intent, "id") ?? throw new JsonException("A session has no payment intent."), StripeAmounts.Of(Number(session, "amount_total"), currency),
            StripeAmounts.Of(charge.ValueKind == JsonValueKind.Object ? Number(charge, "amount_refunded") : 0, currency), Time(charge.ValueKind == JsonValueKind.Object ? charge : session, "created"),
            Text(details, "business_name") ?? Text(details, "name"));
    }

    private static JsonElement Member(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static Guid? Id(JsonElement json, string name) => Guid.TryParseExact(Text(json, name), "D", out var id) ? id : null;

    private static long Number(JsonElement json, string name) => Member(json, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : throw new JsonException($"{name} is no whole number.");

    private static DateTimeOffset Time(JsonElement json, string name) => Number(json, name) is >= 0 and <= 253_402_300_799 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : throw new JsonException($"{name} is no time.");
}
