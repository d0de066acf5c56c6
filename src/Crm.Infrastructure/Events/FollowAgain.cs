using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Infrastructure.Identity;
using Crm.Infrastructure.Persistence;

namespace Crm.Infrastructure.Events;

/// <summary>
/// Gives one event to a follower that failed at it before. Done once, though deliveries may be repeated: the inbox remembers it in the same transaction.
/// </summary>
internal sealed class FollowAgain(ILogFollower follower, IUnitOfWork unit, TenantSession session, IRequestContext context, SystemCallers callers, LogReader reader, Inbox inbox) : IOutboxSink
{
    private const string Prefix = "follow.";

    public string Name => SinkOf(follower);

    public static string SinkOf(ILogFollower follower) => Prefix + follower.Name;

    /// <summary>True for the name of a follower's sink: others need no follower to be made.</summary>
    public static bool Is(string sink) => sink.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The event as the outbox knows it; it is read from the log again when it is its turn.</summary>
    public static OutboxMessage Message(LoggedEvent logged) => OutboxMessage.Without(logged.Event.Id, logged.TenantId);

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        var caller = await callers.FindAsync(message.TenantId, ct) ?? throw new InvalidOperationException("There is no such tenant.");
        context.ActAs(caller);
        await unit.TransactAsync(async () =>
        {
            if (await inbox.AcceptAsync(Name, message.EventId.ToString(), ct) && await reader.FindAsync(session, caller, message.EventId, ct) is { } logged) await follower.FollowAsync([logged], ct);
        }, ct);
    }
}
