using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.CustomFields;

namespace Crm.Application.CustomFields;

/// <summary>Whether an index serves filters and sorts by a field.</summary>
public enum CustomFieldIndexState
{
    /// <summary>None is declared.</summary>
    None,
    /// <summary>It does.</summary>
    Ready,
    /// <summary>It is being filled with the values of records that are there already; until then filters and sorts do without.</summary>
    Building,
}

/// <summary>The declaration of custom fields: members that a tenant gives to its records. Every member of the tenant sees them.</summary>
public sealed class CustomFieldResource : Resource<CustomField, CustomFieldDetails>
{
    private const string IndexStateSql = """
        (case when not (t.indexed or t."unique") then 'NONE' when t.built_generation = t.generation then 'READY' else 'BUILDING' end)
        """;

    /// <summary>Declares the members.</summary>
    public CustomFieldResource() : base("custom-fields", "custom field")
    {
        UniqueWithin = ["entity"];
        Text(x => x.Entity).Required().OneOf(CustomFieldRules.Entities).Sort().Says("The resource whose records have it. Never changes.", "\"leads\"");
        Text(x => x.Name).Required().Limit(50).Must(CustomFieldRules.IsName, "must be a camelCase identifier").Sort()
            .Says("The member's name within customFields: a camelCase identifier, unique among the fields in use of the entity. Renaming keeps all values.", "\"tier\"");
        Text(x => x.Label).Sort().Says("What people call it.", "\"Service tier\"");
        Choice(x => x.Type).Required().Says("What kind of values it has. Never changes.", "\"CHOICE\"");
        Words(x => x.Options).NoFilter().Says("Of CHOICE and MULTI_CHOICE: 1 to 500 values of 1 to 100 characters. Of REFERENCE: the one resource it refers to. Of others: none.", """["gold", "silver"]""");
        Boolean(x => x.Required).Says("Whether a new record must have a value. Records that are there already may stay without.", "false");
        Boolean(x => x.Unique).Says("Whether no two living records may have the same value. For TEXT, NUMBER, DATE and REFERENCE.", "false");
        Other(x => x.Default, FieldKind.CustomValue).NoFilter().Says("The value a new record gets that states none, in the form of the type.", "\"silver\"");
        Boolean(x => x.Searchable).Says("Whether search= looks at it. For TEXT, CHOICE and MULTI_CHOICE.", "true");
        Boolean(x => x.Indexed).Says("Whether filters and sorts by it are served by an index. A unique one always has it.", "true");
        Text(x => x.Description).Limit(2_000).NoFilter().Says("What it is for.", "\"What the customer has booked\"");
        Integer(x => x.Position).Between(0, 100_000).Sort().Says("Where it stands among the fields of its entity, ascending; those without come last.", "10");
        ReadOnly("retiredAt", FieldKind.Instant).Sort().Says("When it was retired; null while it is in use.");
        ReadOnly("indexState", FieldKind.Choice, typeof(CustomFieldIndexState), IndexStateSql).NotNull().Says("READY when filters and sorts by it use its index.", "\"READY\"");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(CustomFieldDetails details) => new CreateCustomField(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<CustomFieldDetails> patch) => new UpdateCustomField(id, patch);
}

/// <summary>A custom field's own members, as events carry them.</summary>
public sealed record CustomFieldState : CustomFieldDetails
{
    /// <summary>What records know it by.</summary>
    public int Number { get; init; }
    /// <summary>When it was retired.</summary>
    public DateTimeOffset? RetiredAt { get; init; }
}

internal sealed class CustomFieldStateProfile : StateProfile<CustomField, CustomFieldDetails, CustomFieldState>;
