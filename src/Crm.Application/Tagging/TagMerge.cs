using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Tenants;

namespace Crm.Application.Tagging;

/// <summary>One piece of a change of tags.</summary>
/// <param name="From">The tags that go.</param>
/// <param name="To">The tag that stands for them.</param>
/// <param name="AtMost">How many records are changed.</param>
/// <param name="Actor">Who asked for it.</param>
/// <param name="CausationId">What caused it, for the log.</param>
public sealed record TagChange(IReadOnlyList<string> From, string To, int AtMost, EventActor Actor, string? CausationId);

/// <summary>Changes the tags of records set by set.</summary>
public interface ITagRewriter
{
    /// <summary>Changes records in the open transaction, each with a version and an event of its own; tells how many.</summary>
    Task<int> RewriteAsync(TagChange change, CancellationToken ct);

    /// <summary>How many living records carry one of the tags.</summary>
    Task<int> CountAsync(IReadOnlyList<string> tags, CancellationToken ct);
}

/// <summary>What renaming and merging share: a first piece at once, the rest after the commit.</summary>
public sealed class TagMerge(IRepository<Tenant> tenants, ITagRewriter rewriter, IReadDb db, IRequestContext context) : ISharedByUseCases
{
    /// <summary>How many records one transaction changes: few enough that nobody waits long for the rows it holds.</summary>
    internal const int Piece = 1_000;

    private const string AtWork = "select true from crm.outbox o where o.tenant_id = @TenantId and o.sink = @Sink and o.dead_at is null limit 1";

    internal async Task<TagsMerged> RunAsync(IReadOnlyList<string> from, string to, CancellationToken ct)
    {
        // Held to the end: of two changes at once the second sees what the first has left to do.
        var tenant = await tenants.GetAsync(context.Caller.TenantId, ct);
        if (await db.FirstOrDefaultAsync<bool>(AtWork, new { Sink = MergeTagsOnward.SinkName }, ct))
            throw new CrmException(ErrorKind.Conflict, "INVALID_STATE", "An earlier change of tags is still at work.") { RetryAfter = TimeSpan.FromSeconds(2) };
        var gone = from.Where(tag => tag != to).ToArray();
        if (gone.Length == 0) return new TagsMerged(0, 0);
        var changed = await rewriter.RewriteAsync(new TagChange(gone, to, Piece, context.Caller.Actor, context.RequestId), ct);
        var merged = new TagsMerged(changed, changed == 0 ? 0 : await rewriter.CountAsync(gone, ct));
        if (changed > 0) tenant.TellOfMergedTags(gone, to, merged.Changed, merged.Remaining);
        return merged;
    }
}

/// <summary>What the first piece left is done after the commit.</summary>
internal sealed class ContinueWhenTenantTagsMerged(IOutbox outbox) : IDomainEventHandler<TenantTagsMerged>
{
    public Task HandleAsync(TenantTagsMerged merged, CancellationToken ct)
    {
        if (merged.Remaining > 0) outbox.Enqueue(merged, MergeTagsOnward.SinkName);
        return Task.CompletedTask;
    }
}

/// <summary>
/// Changes the next piece and orders itself anew in the same transaction, until there is nothing left: however many records there are, no
/// delivery takes long, and one that is repeated finds less to do.
/// </summary>
internal sealed class MergeTagsOnward(IUnitOfWork unit, ITagRewriter rewriter, IOutbox outbox) : IOutboxSink
{
    public const string SinkName = "tags.merge";

    public string Name => SinkName;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        var merged = JsonSerializer.Deserialize<TenantTagsMerged>(message.Data, WireJson.Options)!;
        await unit.TransactAsync(async () =>
        {
            var changed = await rewriter.RewriteAsync(new TagChange(merged.From, merged.To, TagMerge.Piece, message.Actor, message.EventId.ToString()), ct);
            if (changed > 0) await outbox.RepeatAsync(message, SinkName, ct);
        }, ct);
    }
}
