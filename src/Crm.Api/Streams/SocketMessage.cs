using System.Text.Json;
using Crm.Api.Auth;
using Crm.Application.Events;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Microsoft.Extensions.Primitives;

namespace Crm.Api.Streams;

/// <summary>What a client asks of its stream: the events of a selection, from a position.</summary>
internal sealed record Subscription(EventSelection Selection, LogPosition? After);

/// <summary>One message of a client: members it does not know are refused, like anywhere.</summary>
internal sealed record SocketMessage(Presented? Credentials, Subscription? Subscribe, LogPosition? After, string? Ping)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    /// <summary>Reads a message.</summary>
    /// <exception cref="CrmException">MALFORMED_JSON, INVALID_QUERY.</exception>
    public static SocketMessage Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Of(Object(document.RootElement, "message"));
        }
        catch (JsonException)
        {
            throw new CrmException(ErrorKind.Validation, "MALFORMED_JSON", "The message is not JSON.");
        }
    }

    private static SocketMessage Of(JsonElement message)
    {
        var (token, key, tenant) = (default(StringValues), default(StringValues), default(StringValues));
        var read = new SocketMessage(null, null, null, null);
        foreach (var member in message.EnumerateObject())
            switch (member.Name)
            {
                case "token": token = "Bearer " + Text(member); break;
                case "apiKey": key = Text(member); break;
                case "tenantId": tenant = Text(member); break;
                case "subscribe": read = read with { Subscribe = SubscriptionOf(Object(member.Value, "subscribe")) }; break;
                case "after": read = read with { After = LogPosition.Parse(Text(member), "after") }; break;
                case "ping": read = read with { Ping = member.Value.GetRawText() }; break;
                default: throw QueryErrors.Invalid(member.Name, "is no member of a message");
            }
        return token.Count + key.Count + tenant.Count == 0 ? read : read with { Credentials = new Presented(token, key, tenant) { Names = PresentedNames.Message } };
    }

    private static Subscription SubscriptionOf(JsonElement subscribe)
    {
        var (types, kind, id, after) = ((string?)null, (string?)null, (Guid?)null, (LogPosition?)null);
        foreach (var member in subscribe.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
            switch (member.Name)
            {
                case "types": types = member.Value.ValueKind == JsonValueKind.Array ? string.Join(',', member.Value.EnumerateArray().Select(t => Text(t, "types"))) : Text(member); break;
                case "aggregateType": kind = Text(member); break;
                case "aggregateId": id = Instants.TryParseUuid(Text(member), out var parsed) ? parsed : throw QueryErrors.Invalid("aggregateId", "must be a UUID"); break;
                case "after": after = LogPosition.Parse(Text(member), "after"); break;
                default: throw QueryErrors.Invalid($"subscribe.{member.Name}", "is no member of a subscription");
            }
        return new Subscription(EventSelection.Of(types, kind, id), after);
    }

    private static string Text(JsonProperty member) => Text(member.Value, member.Name);

    private static string Text(JsonElement value, string name)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw QueryErrors.Invalid(name, "must be a text");
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate, which is no text.
            throw QueryErrors.Invalid(name, "must be a text");
        }
    }

    private static JsonElement Object(JsonElement value, string name) => value.ValueKind == JsonValueKind.Object ? value : throw QueryErrors.Invalid(name, "must be an object");
}
