using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Records;

/// <summary>What became of one operation of a batch.</summary>
public sealed record BatchItem(int Status, Guid? Id, RecordRow? Row, CrmException? Refusal);

/// <summary>Up to 1,000 operations on one resource in one transaction: each for itself, or all or nothing.</summary>
public sealed record BatchRecords(Resource Resource, JsonElement Body) : ICommand<IReadOnlyList<BatchItem>>, IRequiresPermission
{
    /// <summary>The most operations one batch takes.</summary>
    public const int MaxOperations = 1_000;

    /// <inheritdoc/>
    public string Permission => Resource.Permission("write");
}

internal sealed class BatchRecordsHandler(IRecordStore records, RecordBinders binders, RecordReader reader, IMediator sender, IRequestContext context)
    : ICommandHandler<BatchRecords, IReadOnlyList<BatchItem>>
{
    public async Task<IReadOnlyList<BatchItem>> Handle(BatchRecords command, CancellationToken ct)
    {
        var (operations, atomic) = BatchBody.Read(command.Body);
        var outer = context.Precondition;
        await records.LockAsync(command.Resource, [.. operations.Where(o => o.Id is not null).Select(o => o.Id!.Value).Order()], ct);
        var items = new List<BatchItem>(operations.Count);
        foreach (var operation in operations)
        {
            try
            {
                context.Precondition = operation is { IfMatch: { } version, Id: { } about } ? new Precondition(about, [version]) : null;
                items.Add(await RunAsync(command.Resource, operation, ct));
            }
            catch (CrmException refusal) when (refusal.Kind != ErrorKind.Unavailable)
            {
                if (atomic) throw At(items.Count, refusal);
                items.Add(new BatchItem(0, operation.Id, null, refusal));
            }
        }
        context.Precondition = outer;
        return items;
    }

    private async Task<BatchItem> RunAsync(Resource resource, BatchOperation operation, CancellationToken ct)
    {
        var (binder, caller) = (binders.Of(resource), context.Caller.UserId);
        operation.ThrowIfRefused();
        switch (operation.Op)
        {
            case "create":
                return await AnswerAsync(resource, 201, await sender.Send(resource.Create(binder.Details(operation.Data, caller)), ct), ct);
            case "update":
                return await AnswerAsync(resource, 200, await sender.Send(resource.Update(operation.Id!.Value, binder.Patch(operation.Data, caller, replaces: false)), ct), ct);
            case "upsert":
                var written = await sender.Send(new UpsertRecord(resource, operation.ExternalId!, operation.Data), ct);
                return await AnswerAsync(resource, written.Created ? 201 : 200, written.Id, ct);
            default:
                await sender.Send(new DeleteRecord(resource, operation.Id!.Value), ct);
                return new BatchItem(204, operation.Id, null, null);
        }
    }

    private async Task<BatchItem> AnswerAsync(Resource resource, int status, Guid id, CancellationToken ct) =>
        new(status, id, await reader.AnswerAsync(resource, id, ct), null);

    private static CrmException At(int index, CrmException refusal) => new(refusal.Kind, refusal.Code, $"operations[{index}]: {refusal.Message}",
        refusal.Errors?.ToDictionary(e => $"operations[{index}].{e.Key}", e => e.Value)
            ?? new Dictionary<string, string[]> { [$"operations[{index}]"] = [refusal.Message] })
    { ExistingId = refusal.ExistingId };
}

/// <summary>One operation as it was sent; what is wrong with it is told when its turn comes.</summary>
internal sealed record BatchOperation(string Op, Guid? Id, string? ExternalId, int? IfMatch, JsonElement Data, BindErrors Errors)
{
    public void ThrowIfRefused() => Errors.ThrowIfAny();
}

/// <summary>Reads the body of a batch.</summary>
internal static class BatchBody
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    /// <summary>The operations and whether they are all or nothing.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED when the batch itself, not an operation, is wrong.</exception>
    public static (IReadOnlyList<BatchOperation> Operations, bool Atomic) Read(JsonElement body)
    {
        var errors = new BindErrors();
        if (body.ValueKind != JsonValueKind.Object) throw CrmException.Validation("$", "must be an object");
        JsonElement? operations = null;
        var atomic = false;
        foreach (var (name, value) in ObjectReader.Members(body, "", errors))
        {
            if (name == "operations") operations = value;
            else if (name == "atomic" && value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null) atomic = value.ValueKind == JsonValueKind.True;
            else if (name == "atomic") errors.Add(name, "must be true or false");
            else errors.Add(name, "is unknown");
        }
        if (operations is not { ValueKind: JsonValueKind.Array } list) errors.Add("operations", "is required and must be a list");
        else if (list.GetArrayLength() is 0 or > BatchRecords.MaxOperations) errors.Add("operations", $"must have 1 to {BatchRecords.MaxOperations} operations");
        errors.ThrowIfAny();
        return ([.. operations!.Value.EnumerateArray().Select(One)], atomic);
    }

    private static BatchOperation One(JsonElement json)
    {
        var errors = new BindErrors();
        var (op, id, externalId, ifMatch, data) = ("", (Guid?)null, (string?)null, (int?)null, Nothing);
        if (json.ValueKind != JsonValueKind.Object)
        {
            errors.Add("$", "must be an object");
            return new BatchOperation(op, id, externalId, ifMatch, data, errors);
        }
        foreach (var (name, value) in ObjectReader.Members(json, "", errors))
        {
            switch (name)
            {
                case "op" when value.ValueKind == JsonValueKind.String && JsonText.TryGet(value, out var text) && text is "create" or "update" or "upsert" or "delete": op = value.GetString()!; break;
                case "op": errors.Add("op", "must be create, update, upsert or delete"); break;
                case "id" when value.ValueKind == JsonValueKind.String && Domain.Common.Instants.TryParseUuid(JsonText.TryGet(value, out var text) ? text : "", out var uuid): id = uuid; break;
                case "id" when value.ValueKind != JsonValueKind.Null: id = Guid.Empty; break; // Names no record, like any id that is no UUID.
                case "externalId" when value.ValueKind == JsonValueKind.String && JsonText.TryGet(value, out var text): externalId = text; break;
                case "ifMatch" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var version): ifMatch = version; break;
                case "ifMatch" when value.ValueKind != JsonValueKind.Null: errors.Add("ifMatch", "must be a version number"); break;
                case "data": data = value; break;
                case "id" or "externalId" or "ifMatch": break;
                default: errors.Add(name, "is unknown"); break;
            }
        }
        if (op == "" && !errors.Any) errors.Add("op", "is required");
        if (op is "update" or "delete" && id is null) errors.Add("id", "is required");
        if (op == "upsert")
        {
            if (externalId is null && data.ValueKind == JsonValueKind.Object && data.TryGetProperty("externalId", out var own) && own.ValueKind == JsonValueKind.String && JsonText.TryGet(own, out var text)) externalId = text;
            if (string.IsNullOrEmpty(externalId)) errors.Add("data.externalId", "is required");
        }
        return new BatchOperation(op, id, externalId, ifMatch, data, errors);
    }
}
