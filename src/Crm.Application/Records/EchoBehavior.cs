using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Records;

/// <summary>
/// Read-only members in a body are accepted when they equal what is stored, so that a client may send back what it got.
/// Runs inside the transaction, just before the handler.
/// </summary>
internal sealed class EchoBehavior<TRequest, TResponse>(RecordReader records, ResourceCatalog resources, IRequestContext context)
    : IPipelineBehavior<TRequest, TResponse> where TRequest : IChangesRecord
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        var id = request.IdFor(context.Caller);
        // A path without an id still means one record, and If-Match is about that one.
        if (context.Precondition is { } seen && seen.RecordId == Guid.Empty) context.Precondition = seen with { RecordId = id };
        if (request.Patch.Echoes.Count > 0) await CheckAsync(request, id, ct);
        return await next();
    }

    private async Task CheckAsync(IChangesRecord change, Guid id, CancellationToken ct)
    {
        var resource = change.View is { } view ? resources[view] : resources.Of(change.Aggregate);
        if (await records.FindAsync(resource, id, new ListRequest(), ct) is not { } stored) return; // The handler says what is missing.
        context.Precondition?.Check(id, stored.Version ?? 0);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) stored.Write(writer);
        var members = JsonNode.Parse(buffer.ToArray())!.AsObject();
        var errors = new BindErrors();
        foreach (var (name, sent) in change.Patch.Echoes)
            if (!JsonEquality.Same(members[name], sent)) errors.Add(name, "is read-only and differs from what is stored");
        errors.ThrowIfAny();
    }
}

/// <summary>Compares JSON by value: 1.50 is 1.5, an instant is its moment, the order of members does not matter.</summary>
internal static class JsonEquality
{
    public static bool Same(JsonNode? stored, JsonElement sent) => (stored, sent.ValueKind) switch
    {
        (null, var kind) => kind == JsonValueKind.Null,
        (JsonObject members, JsonValueKind.Object) => sent.EnumerateObject().Count() == members.Count
            && sent.EnumerateObject().All(m => members.TryGetPropertyValue(m.Name, out var value) && Same(value, m.Value)),
        (JsonArray items, JsonValueKind.Array) => sent.GetArrayLength() == items.Count && sent.EnumerateArray().Zip(items).All(p => Same(p.Second, p.First)),
        (JsonValue value, JsonValueKind.Number) => value.GetValueKind() == JsonValueKind.Number && sent.TryGetDecimal(out var number) && value.GetValue<decimal>() == number,
        (JsonValue value, JsonValueKind.String) => value.GetValueKind() == JsonValueKind.String && JsonText.TryGet(sent, out var text) && SameText(value.GetValue<string>(), text),
        (JsonValue value, JsonValueKind.True or JsonValueKind.False) => value.GetValueKind() == sent.ValueKind,
        _ => false,
    };

    private static bool SameText(string stored, string sent) => stored == sent
        || (Instants.TryParseInstant(stored, out var a) && Instants.TryParseInstant(sent, out var b) && a == b)
        || (Guid.TryParse(stored, out var left) && Guid.TryParse(sent, out var right) && left == right);
}
