using Crm.Application.Abstractions;
using Crm.Application.Resources;

namespace Crm.Application.Tagging;

/// <summary>The resources whose records carry tags: all that are lists and have the member.</summary>
public sealed class TaggedResources(ResourceCatalog resources) : ISharedByUseCases
{
    /// <summary>Every one of them, by name.</summary>
    public IReadOnlyList<Resource> All { get; } = [.. resources.All.Where(IsTagged)];

    /// <summary>True when records of the resource carry tags.</summary>
    public static bool IsTagged(Resource resource) => !resource.IsSingleton && resource.Find("tags") is { ReadOnly: false };
}
