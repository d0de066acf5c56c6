using System.Text.Json;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Records;

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
    public static (IReadOnlyList<BatchOperation> Operations, bool Atomic) Read(JsonElement body, Resource resource)
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
        return ([.. operations!.Value.EnumerateArray().Select(json => One(json, resource))], atomic);
    }

    private static BatchOperation One(JsonElement json, Resource resource)
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
        if (resource.IsAppendOnly && op is not ("" or "create")) errors.Add("op", $"must be create: {resource.Name} are never changed nor deleted");
        if (op is "update" or "delete" && id is null) errors.Add("id", "is required");
        if (op is "create" or "update" or "upsert")
        {
            if (externalId is null && data.ValueKind == JsonValueKind.Object && data.TryGetProperty("externalId", out var own) && own.ValueKind == JsonValueKind.String && JsonText.TryGet(own, out var text)) externalId = text;
            if (op == "upsert" && string.IsNullOrEmpty(externalId)) errors.Add("data.externalId", "is required");
        }
        return new BatchOperation(op, id, externalId, ifMatch, data, errors);
    }
}
