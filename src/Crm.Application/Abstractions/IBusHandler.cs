using System.Text.Json;

namespace Crm.Application.Abstractions;

/// <summary>A message of the event bus.</summary>
/// <param name="Id">What repetitions are told by.</param>
/// <param name="Type">What happened, such as lead.created.</param>
/// <param name="Data">What the message says.</param>
public sealed record BusMessage(Guid TenantId, string Id, string Type, JsonElement Data);

/// <summary>
/// Reacts to messages of the event bus, ours and other systems', with changes of our own database. Found, never registered. It runs as the tenant's
/// <see cref="Caller.System"/> in a transaction that also remembers the message: one that comes again has no second effect. What it throws is undone, and the message comes again.
/// </summary>
public interface IBusHandler
{
    /// <summary>The name of its queue, such as <c>crm.enrichment</c>; never changed.</summary>
    string Queue { get; }

    /// <summary>Which routing keys it wants, such as <c>*.lead.created</c> or <c>#</c>.</summary>
    IReadOnlyList<string> Keys { get; }

    /// <summary>Reacts. Changed aggregates are saved afterwards; commands may be sent, and are part of it.</summary>
    Task HandleAsync(BusMessage message, CancellationToken ct);
}
