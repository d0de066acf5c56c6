using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Application.CustomFields;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Binding;

/// <summary>
/// A change to a record's details: the members that were sent, bound and checked (RFC 7396: absent = unchanged, null = cleared,
/// lists replaced whole, objects merged). A replacement starts from the defaults instead of the current details.
/// </summary>
public sealed class Patch<TDetails> : IPatch where TDetails : RecordDetails
{
    private static readonly JsonSerializerOptions Wire = WireJson.Options;
    private readonly BodyShape _shape;
    private readonly IReadOnlyDictionary<string, object?> _sent;
    private readonly IReadOnlyDictionary<string, JsonElement> _merged;
    private readonly CustomFieldChange? _custom;

    internal Patch(BodyShape shape, IReadOnlyDictionary<string, object?> sent, IReadOnlyDictionary<string, JsonElement> merged,
        CustomFieldChange? custom, IReadOnlyDictionary<string, JsonElement> echoes, bool replaces)
    {
        (_shape, _sent, _merged, _custom, Echoes, Replaces) = (shape, sent, merged, custom, echoes, replaces);
    }

    /// <summary>Read-only members that were sent; each must equal what is stored.</summary>
    public IReadOnlyDictionary<string, JsonElement> Echoes { get; }

    /// <summary>True for PUT: what is absent becomes its default or null.</summary>
    public bool Replaces { get; }

    /// <summary>True when the member was sent.</summary>
    public bool Has(string member) => _sent.ContainsKey(member) || _merged.ContainsKey(member) || (member == "customFields" && _custom is not null);

    /// <summary>The details after the change.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED when a merged object is not valid as a whole.</exception>
    public TDetails ApplyTo(TDetails current)
    {
        var start = Replaces ? (TDetails)_shape.Blank(current) : current;
        var values = new Dictionary<string, object?>(_sent, StringComparer.Ordinal);
        var errors = new BindErrors();
        foreach (var (name, patch) in _merged)
        {
            var field = _shape.Find(name)!;
            var target = _shape.Get(start, name) is { } value ? JsonSerializer.SerializeToNode(value, value.GetType(), Wire) : null;
            var merged = JsonSerializer.SerializeToElement(MergePatch.Apply(target, patch) ?? new JsonObject());
            if (ValueReader.TryRead(field, merged, name, errors, out var bound)) values[name] = bound;
        }
        // Never replaced whole: what retired fields have is kept.
        values["customFields"] = _custom?.ApplyTo(current.CustomFields, errors) ?? current.CustomFields;
        errors.ThrowIfAny();
        return (TDetails)_shape.With(start, values);
    }
}

/// <summary>What shared machinery needs of a patch.</summary>
public interface IPatch
{
    /// <summary>Read-only members that were sent.</summary>
    IReadOnlyDictionary<string, JsonElement> Echoes { get; }
}

/// <summary>Binds the bodies of a resource's records.</summary>
public sealed class RecordBinder
{
    private readonly Resource _resource;
    private readonly BodyShape _shape;

    /// <summary>A binder for one resource.</summary>
    public RecordBinder(Resource resource) => (_resource, _shape) = (resource, BodyShape.Of(resource));

    /// <summary>The details of a new record.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED with everything that is wrong.</exception>
    public object Details(JsonElement body, Caller caller)
    {
        var errors = new BindErrors();
        JsonElement? custom = null;
        var values = ObjectReader.Values(_shape, body, "", errors, (field, value) => TakeCustom(field, value, ref custom));
        if (body.ValueKind == JsonValueKind.Object)
        {
            ObjectReader.Missing(_shape, values, "", errors);
            values["customFields"] = CustomFieldBinder.Create(FieldsOf(caller), custom, errors);
        }
        errors.ThrowIfAny();
        CallerDefaults(values, caller.UserId, isNew: true);
        return _shape.With(_shape.Make(new Dictionary<string, object?>()), values);
    }

    /// <summary>A change to a record.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED with everything that is wrong.</exception>
    public object Patch(JsonElement body, Caller caller, bool replaces)
    {
        var errors = new BindErrors();
        JsonElement? custom = null;
        var echoes = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var merged = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var values = ObjectReader.Values(_shape, body, "", errors, (field, value) =>
        {
            if (TakeCustom(field, value, ref custom)) return true;
            if (field.ReadOnly) echoes[field.Name] = value;
            else if (field.Kind is FieldKind.Money or FieldKind.Map or FieldKind.Object && value.ValueKind == JsonValueKind.Object && !replaces) merged[field.Name] = value;
            else return false;
            return true;
        });
        if (replaces)
        {
            if (body.ValueKind == JsonValueKind.Object) ObjectReader.Missing(_shape, values, "", errors);
            CallerDefaults(values, caller.UserId, isNew: false);
        }
        else NullMeansDefault(body, values);
        var change = body.ValueKind != JsonValueKind.Object ? null
            : replaces ? CustomFieldBinder.Replace(FieldsOf(caller), custom, errors)
            : custom is { } sent ? CustomFieldBinder.Patch(FieldsOf(caller), sent, errors) : null;
        errors.ThrowIfAny();
        return Activator.CreateInstance(typeof(Patch<>).MakeGenericType(_resource.Details),
            System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance, null, [_shape, values, merged, change, echoes, replaces], null)!;
    }

    private EntityFields FieldsOf(Caller caller) => caller.CustomFields.Of(_resource.Name);

    /// <summary>What the tenant has defined is read apart, by its definitions.</summary>
    private static bool TakeCustom(Field field, JsonElement value, ref JsonElement? custom)
    {
        if (field.Kind == FieldKind.CustomFields) custom = value;
        return field.Kind == FieldKind.CustomFields;
    }

    private void CallerDefaults(Dictionary<string, object?> values, Guid callerId, bool isNew)
    {
        foreach (var field in _shape.Fields)
            if (field.DefaultsToCaller && !values.ContainsKey(field.Name)) values[field.Name] = (isNew ? field.Unstated : null) ?? callerId;
    }

    /// <summary>Null clears a member; one that has a default and cannot be null goes back to it.</summary>
    private void NullMeansDefault(JsonElement body, Dictionary<string, object?> values)
    {
        if (body.ValueKind != JsonValueKind.Object) return;
        object? defaults = null;
        foreach (var field in _shape.Fields)
        {
            if (field.ReadOnly || field.Nullable || field.IsRequired || field.Kind == FieldKind.CustomFields || values.ContainsKey(field.Name)) continue;
            if (!body.TryGetProperty(field.Name, out var value) || value.ValueKind != JsonValueKind.Null) continue;
            values[field.Name] = _shape.Get(defaults ??= _shape.Make(new Dictionary<string, object?>()), field.Name);
        }
    }
}
