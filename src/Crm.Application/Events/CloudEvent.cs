using System.Text.Json;
using Crm.Application.Abstractions;

namespace Crm.Application.Events;

/// <summary>An event for other systems: CloudEvents 1.0 in its JSON format, with the event of the wire contract as data.</summary>
public static class CloudEvent
{
    /// <summary>The media type of the structured mode.</summary>
    public const string MediaType = "application/cloudevents+json";

    /// <summary>Writes an event. Its extension attributes are the tenant, the position in its log, and what caused it.</summary>
    public static byte[] Write(LoggedEvent logged)
    {
        var e = logged.Event;
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            specversion = "1.0", id = e.Id, source = $"/tenants/{logged.TenantId}", type = e.Type, subject = $"{e.AggregateType}/{e.AggregateId}", time = e.OccurredAt,
            datacontenttype = "application/json", tenantid = logged.TenantId, position = e.Position, correlationid = e.CorrelationId ?? e.Id.ToString(), causationid = e.CausationId ?? e.Id.ToString(), data = e,
        }, WireJson.Options);
    }

    /// <summary>Reads what <see cref="Write"/> or another system has written; null when it is no event of a tenant.</summary>
    public static BusMessage? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            var root = JsonDocument.Parse(json).RootElement;
            return root.TryGetProperty("id", out var id) && root.TryGetProperty("type", out var type) && root.TryGetProperty("tenantid", out var tenant) && tenant.TryGetGuid(out var tenantId)
                && id.GetString() is { Length: > 0 and <= 200 } text && type.GetString() is { } name
                ? new BusMessage(tenantId, text, name, root.TryGetProperty("data", out var data) ? data : default)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
