using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.CustomFields;
using Crm.Application.Resources;
using MediatR;

namespace Crm.Application.Records;

/// <summary>A record a command made or changed.</summary>
/// <param name="Created">True when it did not exist before.</param>
public sealed record Written(Guid Id, bool Created);

/// <summary>Creates the record with this external id, or changes it by the PATCH rule. Race-free: twins wait for each other.</summary>
public sealed record UpsertRecord(Resource Resource, string ExternalId, JsonElement Body) : ICommand<Written>, IRequiresPermission, IConcernsResource
{
    /// <inheritdoc/>
    public string Permission => Resource.Permission("write");
}

internal sealed class UpsertRecordHandler(IRecordStore records, RecordBinders binders, ILatestCustomFields fields, IMediator sender, IRequestContext context)
    : ICommandHandler<UpsertRecord, Written>
{
    public async Task<Written> Handle(UpsertRecord command, CancellationToken ct)
    {
        var resource = command.Resource;
        var body = WithExternalId(command.Body, command.ExternalId);
        if (await records.FindByExternalIdAsync(resource, command.ExternalId, ct) is { } id)
        {
            if (context.Precondition is { } seen) context.Precondition = seen with { RecordId = id };
            await sender.Send(resource.Update(id, await fields.ReadAsync(() => binders.Of(resource).Patch(body, context.Caller, replaces: false), ct)), ct);
            return new Written(id, false);
        }
        var made = await sender.Send(resource.Create(await fields.ReadAsync(() => binders.Of(resource).Details(body, context.Caller), ct)), ct);
        return new Written(made, true);
    }

    /// <summary>The body names the same external id as the path, or none.</summary>
    internal static JsonElement WithExternalId(JsonElement body, string externalId)
    {
        if (body.ValueKind != JsonValueKind.Object) return body;
        if (body.TryGetProperty("externalId", out var sent))
        {
            if (sent.ValueKind == JsonValueKind.String && JsonText.TryGet(sent, out var text) && text == externalId) return body;
            throw Domain.Common.CrmException.Validation("externalId", "differs from the one in the path");
        }
        // Put in front of what was sent, which stays as it is: it may hold text that only the binder can refuse properly.
        var rest = body.GetRawText().AsSpan().TrimStart()[1..].TrimStart();
        return JsonDocument.Parse($"{{\"externalId\":{JsonSerializer.Serialize(externalId)}{(rest is "}" ? "" : ",")}{rest}").RootElement;
    }
}

/// <summary>The binder of each resource, made once.</summary>
public sealed class RecordBinders(ResourceCatalog resources)
{
    private readonly Dictionary<string, RecordBinder> _binders = resources.Declared.ToDictionary(r => r.Name, r => new RecordBinder(r));

    /// <summary>The resource's binder.</summary>
    public RecordBinder Of(Resource resource) => _binders[resource.Name];
}
