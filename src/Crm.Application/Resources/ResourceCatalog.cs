using System.Collections.Frozen;

namespace Crm.Application.Resources;

/// <summary>All declared resources.</summary>
public sealed class ResourceCatalog
{
    private readonly FrozenDictionary<string, Resource> _byName;
    private readonly FrozenDictionary<Type, Resource> _byAggregate;
    private readonly FrozenDictionary<string, Resource> _byEventName;

    /// <summary>Collects the declarations.</summary>
    public ResourceCatalog(IEnumerable<Resource> resources)
    {
        Declared = [.. resources.OrderBy(r => r.Name, StringComparer.Ordinal)];
        All = [.. Declared.Where(r => !r.IsView)];
        _byName = Declared.ToFrozenDictionary(r => r.Name);
        _byAggregate = All.ToFrozenDictionary(r => r.Aggregate);
        _byEventName = All.ToFrozenDictionary(r => r.EventName);
    }

    /// <summary>Every resource, by name.</summary>
    public IReadOnlyList<Resource> All { get; }

    /// <summary>The same and what shows their records in another way.</summary>
    public IReadOnlyList<Resource> Declared { get; }

    /// <summary>The resource, or view of one, with this plural name.</summary>
    public Resource this[string name] => _byName[name];

    /// <summary>The resource whose records events call this, such as lead, or null.</summary>
    public Resource? ByEventName(string name) => _byEventName.GetValueOrDefault(name);

    /// <summary>The resource with this plural name, or null.</summary>
    public Resource? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The resource made of these aggregates.</summary>
    public Resource Of(Type aggregate) => _byAggregate[aggregate];

    /// <summary>The resource made of these aggregates, or null.</summary>
    public Resource? FindBy(Type aggregate) => _byAggregate.GetValueOrDefault(aggregate);
}
