using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Records;

/// <summary>What became of one operation of a batch.</summary>
public sealed record BatchItem(int Status, Guid? Id, RecordRow? Row, CrmException? Refusal);

/// <summary>Up to 1,000 operations on one resource in one transaction: each for itself, or all or nothing.</summary>
public sealed record BatchRecords(Resource Resource, JsonElement Body) : ICommand<IReadOnlyList<BatchItem>>, IRequiresPermission, IConcernsResource
{
    /// <summary>The most operations one batch takes.</summary>
    public const int MaxOperations = 1_000;

    /// <inheritdoc/>
    public string Permission => Resource.Permission("write");
}

/// <summary>
/// Takes what the operations of a batch will hold besides its records, before the first of them and in one order, so that batches over the same things never wait for each other in a ring.
/// Found, never registered.
/// </summary>
public interface IHoldsForBatch
{
    /// <summary>The resource whose batches it is for.</summary>
    string Resource { get; }

    /// <summary>Holds it until the transaction ends. The bodies are as they were sent; what is wrong with one is told when its turn comes.</summary>
    Task HoldAsync(IReadOnlyList<JsonElement> created, CancellationToken ct);
}

internal sealed class BatchRecordsHandler(IRecordStore records, RecordBinders binders, RecordReader reader, ILatestCustomFields fields, IMediator sender, CommandParts parts, IRequestContext context,
    IEnumerable<IHoldsForBatch> holders) : ICommandHandler<BatchRecords, IReadOnlyList<BatchItem>>
{
    public async Task<IReadOnlyList<BatchItem>> Handle(BatchRecords command, CancellationToken ct)
    {
        var (resource, outer) = (command.Resource, context.Precondition);
        var (operations, atomic) = BatchBody.Read(command.Body, resource);
        var upserts = operations.All(o => o is { Op: "upsert", Errors.Any: false }) ? operations.Select(o => o.ExternalId!).ToList() : [];
        await records.HoldAsync(resource, [.. operations.Where(o => o.Id is not null).Select(o => o.Id!.Value)], upserts, ct);
        foreach (var holder in holders.Where(h => h.Resource == resource.Name)) await holder.HoldAsync([.. operations.Where(o => o.Op == "create").Select(o => o.Data)], ct);
        var items = new List<BatchItem>(operations.Count);
        foreach (var group in BatchGroups.Of(resource, operations))
        {
            if (group.Count > 1 && await TogetherAsync(resource, group, ct) is { } together) items.AddRange(together);
            else foreach (var operation in group) items.Add(await AloneAsync(resource, operation, items.Count, atomic, ct));
        }
        context.Precondition = outer;
        var rows = await reader.AnswersAsync(resource, [.. items.Where(i => i.Status is 200 or 201).Select(i => i.Id!.Value).Distinct()], ct);
        return [.. items.Select(i => i.Status is 200 or 201 ? i with { Row = rows[i.Id!.Value] } : i)];
    }

    /// <summary>Runs operations and saves them once; null when one is refused, for then each has to be tried by itself.</summary>
    private async Task<IReadOnlyList<BatchItem>?> TogetherAsync(Resource resource, IReadOnlyList<BatchOperation> group, CancellationToken ct)
    {
        var items = new List<BatchItem>(group.Count);
        var refusal = await parts.TryAsync(async () =>
        {
            foreach (var operation in group) items.Add(await RunAsync(resource, operation, ct));
        }, ct);
        return refusal is null ? items : null;
    }

    private async Task<BatchItem> AloneAsync(Resource resource, BatchOperation operation, int index, bool atomic, CancellationToken ct)
    {
        BatchItem? item = null;
        var refusal = await parts.TryAsync(async () => item = await RunAsync(resource, operation, ct), ct);
        if (refusal is null) return item!;
        return atomic ? throw At(index, refusal) : new BatchItem(0, operation.Id, null, refusal);
    }

    private async Task<BatchItem> RunAsync(Resource resource, BatchOperation operation, CancellationToken ct)
    {
        var binder = binders.Of(resource);
        context.Precondition = operation is { IfMatch: { } version, Id: { } about } ? new Precondition(about, [version]) : null;
        operation.ThrowIfRefused();
        switch (operation.Op)
        {
            case "create":
                return new BatchItem(201, await sender.Send(resource.Create(await fields.ReadAsync(() => binder.Details(operation.Data, context.Caller), ct)), ct), null, null);
            case "update":
                return new BatchItem(200, await sender.Send(resource.Update(operation.Id!.Value, await fields.ReadAsync(() => binder.Patch(operation.Data, context.Caller, replaces: false), ct)), ct), null, null);
            case "upsert":
                var written = await sender.Send(new UpsertRecord(resource, operation.ExternalId!, operation.Data), ct);
                return new BatchItem(written.Created ? 201 : 200, written.Id, null, null);
            default:
                await sender.Send(new DeleteRecord(resource, operation.Id!.Value), ct);
                return new BatchItem(204, operation.Id, null, null);
        }
    }

    private static CrmException At(int index, CrmException refusal) => new(refusal.Kind, refusal.Code, $"operations[{index}]: {refusal.Message}",
        refusal.Errors?.ToDictionary(e => $"operations[{index}].{e.Key}", e => e.Value)
            ?? new Dictionary<string, string[]> { [$"operations[{index}]"] = [refusal.Message] })
    { ExistingId = refusal.ExistingId };
}

/// <summary>Operations that may be saved together.</summary>
internal static class BatchGroups
{
    private const int MostTogether = 100;

    /// <summary>The operations in order, in groups of which none touches a record twice.</summary>
    public static IEnumerable<IReadOnlyList<BatchOperation>> Of(Resource resource, IReadOnlyList<BatchOperation> operations)
    {
        var group = new List<BatchOperation>();
        var touched = new HashSet<object>();
        foreach (var operation in operations)
        {
            var known = (operation.Id is { } id && touched.Contains(id)) || (operation.ExternalId is { } external && touched.Contains(external));
            if (group.Count > 0 && (known || !resource.AreIndependent || group.Count == MostTogether))
            {
                yield return group;
                group = [];
                touched.Clear();
            }
            group.Add(operation);
            if (operation.Id is { } touches) touched.Add(touches);
            if (operation.ExternalId is { } names) touched.Add(names);
        }
        if (group.Count > 0) yield return group;
    }
}
