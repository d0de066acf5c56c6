using Crm.Application.Abstractions;
using Crm.Application.Events;
using Crm.Domain.Common;
using Crm.Domain.EventConsumers;

namespace Crm.Application.EventConsumers;

/// <summary>The places of consumers in the log, in the command's transaction.</summary>
public interface IConsumerPlaces
{
    /// <summary>Moves on; a position the consumer has passed already changes nothing.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: the log has not come so far.</exception>
    Task AdvanceAsync(Guid consumerId, LogPosition to, CancellationToken ct);

    /// <summary>Goes there, forward or back.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: the log has not come so far.</exception>
    Task ResetAsync(Guid consumerId, LogPosition to, CancellationToken ct);

    /// <summary>Before everything that happened at a moment or later; the end of the log when nothing did.</summary>
    Task<LogPosition> BeforeAsync(DateTimeOffset from, CancellationToken ct);
}

/// <summary>Says that everything up to a position is worked off. What was acknowledged before stays so: an older position changes nothing.</summary>
/// <param name="Position">That of the last event worked off, or of the page.</param>
[Requires(Permissions.EventConsumersWrite)]
public sealed record AcknowledgeEvents(Guid Id, [Example("\"0\"")] string Position) : ICommand<Guid>;

internal sealed class AcknowledgeEventsHandler(IRepository<EventConsumer> consumers, IConsumerPlaces places) : ICommandHandler<AcknowledgeEvents, Guid>
{
    public async Task<Guid> Handle(AcknowledgeEvents command, CancellationToken ct)
    {
        var consumer = await consumers.GetAsync(command.Id, ct);
        await places.AdvanceAsync(consumer.Id, Positions.Of(command.Position), ct);
        return consumer.Id;
    }
}

/// <summary>Sends a consumer back, or on, to a position, or to before everything that happened from a moment on.</summary>
/// <param name="Position">Where to go; 0 is the beginning. Either this or from.</param>
/// <param name="From">The moment; not in the future.</param>
[Requires(Permissions.EventConsumersWrite)]
public sealed record RewindEventConsumer(Guid Id, [Example("\"0\"")] string? Position = null, DateTimeOffset? From = null) : ICommand<Guid>;

internal sealed class RewindEventConsumerHandler(IRepository<EventConsumer> consumers, IConsumerPlaces places, TimeProvider clock) : ICommandHandler<RewindEventConsumer, Guid>
{
    public async Task<Guid> Handle(RewindEventConsumer command, CancellationToken ct)
    {
        if (command.Position is null == command.From is null) throw CrmException.Validation("position", "is wanted, or from, and not both");
        if (command.From > clock.GetUtcNow()) throw CrmException.Validation("from", "must not be in the future");
        var consumer = await consumers.GetAsync(command.Id, ct);
        await places.ResetAsync(consumer.Id, command.From is { } from ? await places.BeforeAsync(from, ct) : Positions.Of(command.Position!), ct);
        return consumer.Id;
    }
}

internal static class Positions
{
    public static LogPosition Of(string text) => LogPosition.TryParse(text, out var position) ? position : throw CrmException.Validation("position", "is no position of the log");
}
