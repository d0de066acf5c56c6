namespace Crm.Application.Abstractions;

/// <summary>
/// Where events go after commit. Found by its type; runs outside any transaction, as the event's tenant, at least once per event: the
/// event's id is what the receiver tells repetitions by. What it throws is tried again later, unless it is an <see cref="UndeliverableException"/>.
/// </summary>
public interface IOutboxSink
{
    /// <summary>The name <see cref="IOutbox.Enqueue"/> is given, such as <c>email.welcome</c>.</summary>
    string Name { get; }

    /// <summary>False for what no event tells of: the message then carries an id of the sink's own kind as its event's, and nothing else.</summary>
    bool NeedsEvent => true;

    /// <summary>Delivers one event. Returning means it is done, for ever.</summary>
    Task DeliverAsync(OutboxMessage message, CancellationToken ct);

    /// <summary>
    /// Told before a delivery becomes a dead letter, so that what waits for it can say so; told again when that could not be written down. The message carries the ids only.
    /// </summary>
    /// <param name="error">What kind of error the last try ended with; nothing of anybody's data.</param>
    Task GiveUpAsync(OutboxMessage message, string error, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>
/// The receiver has refused for good, and trying again would only annoy it: the delivery is a dead letter at once. The message is kept and
/// shown to administrators, so it names the kind of refusal and nobody's address.
/// </summary>
public sealed class UndeliverableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>An event on its way out, as the log keeps it.</summary>
/// <param name="Type">Such as <c>customer.created</c>.</param>
/// <param name="Data">The event's payload as JSON.</param>
public sealed record OutboxMessage(Guid EventId, Guid TenantId, string Type, string AggregateType, Guid AggregateId, int Version, DateTimeOffset OccurredAt, string Data)
{
    /// <summary>Who made it happen.</summary>
    public EventActor Actor { get; init; } = new("USER", null, null);

    /// <summary>A message that no event tells of.</summary>
    public static OutboxMessage Without(Guid id, Guid tenantId) => new(id, tenantId, "", "", Guid.Empty, 0, default, "{}");
}

/// <summary>Who did something, as events tell it.</summary>
/// <param name="Type">USER, or SERVICE for a service user.</param>
/// <param name="ApiKeyId">The key by which a program acted as the user.</param>
public sealed record EventActor(string Type, Guid? Id, Guid? ApiKeyId);
