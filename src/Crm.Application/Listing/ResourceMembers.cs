using Crm.Application.Conditions;
using Crm.Application.CustomFields;
using Crm.Application.Resources;

namespace Crm.Application.Listing;

/// <summary>The members that the records of a resource have for one tenant: those declared and those it has defined itself.</summary>
public sealed record ResourceMembers(Resource Resource, EntityFields Custom)
{
    // Declared members always fit; of hundreds of custom fields a refusal names the first.
    private const int MostNames = 50;

    /// <summary>A resource without custom fields.</summary>
    public ResourceMembers(Resource resource) : this(resource, EntityFields.None) { }

    /// <summary>True when what is asked is the state that an event carries: without what is derived when a record is read.</summary>
    public bool OfStates { get; init; }

    /// <summary>True for a tree that was saved: what was taken then is understood now, also where a new one would be refused.</summary>
    public bool OfSaved { get; init; }

    /// <summary>True when <c>before.name</c> means a member before a change.</summary>
    public bool WithBefore { get; init; }

    /// <summary>Finds a member by its wire name; a custom field is <c>customFields.name</c>.</summary>
    public Field? Find(string name) => (Resource.Find(name) ?? Custom.At(name)?.Field) is { } field && Has(field) ? field : null;

    /// <summary>What to add to the refusal of a name: the custom field that was probably meant, else the names there are.</summary>
    public string Hint(string name, IEnumerable<string> known) =>
        Custom.Find(name) is not null ? $"; customFields.{name} is"
        : known.Take(MostNames).ToList() is { Count: > 0 } names ? $"; there are {string.Join(", ", names)}" : "";

    /// <summary>All members; custom fields come last.</summary>
    public IEnumerable<Field> All => Resource.Fields.Where(Has).Concat(Custom.InUse.Select(d => d.Field));

    private bool Has(Field field) => !OfStates || StateMembers.Has(Resource, field);
}
