using Crm.Application.CustomFields;
using Crm.Application.Resources;

namespace Crm.Application.Listing;

/// <summary>The members that the records of a resource have for one tenant: those declared and those it has defined itself.</summary>
public sealed record ResourceMembers(Resource Resource, EntityFields Custom)
{
    /// <summary>A resource without custom fields.</summary>
    public ResourceMembers(Resource resource) : this(resource, EntityFields.None) { }

    /// <summary>Finds a member by its wire name; a custom field is <c>customFields.name</c>.</summary>
    public Field? Find(string name) => Resource.Find(name) ?? Custom.At(name)?.Field;

    /// <summary>All members; custom fields come last.</summary>
    public IEnumerable<Field> All => Resource.Fields.Concat(Custom.InUse.Select(d => d.Field));
}
