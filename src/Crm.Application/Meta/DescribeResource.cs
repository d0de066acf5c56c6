using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Meta;

/// <summary>One member of a resource, for clients that know no resource beforehand.</summary>
/// <param name="Name">The wire name; that of a custom field begins with <c>customFields.</c>.</param>
/// <param name="Label">What people call a custom field.</param>
/// <param name="Type">TEXT, MONEY, CHOICE, …; a custom field's own type.</param>
/// <param name="MaxLength">Longest text, in characters; null where there is no text.</param>
/// <param name="Min">Smallest number or amount.</param>
/// <param name="Max">Largest number or amount.</param>
/// <param name="Values">The values of a choice, or the words a text or a list takes, in order.</param>
/// <param name="RefersTo">The resource an id refers to.</param>
/// <param name="Expand">What <c>expand=</c> calls the related record.</param>
/// <param name="Operators">What filters may compare it by; empty = it does not filter.</param>
public sealed record MemberMeta(string Name, string? Label, string Type, bool Required, bool ReadOnly, bool Nullable, int? MaxLength, decimal? Min, decimal? Max,
    IReadOnlyList<string>? Values, string? RefersTo, string? Expand, IReadOnlyList<string> Operators, bool Sorts, bool Searched, string? Description, JsonElement? Example);

/// <summary>How a resource is listed and written.</summary>
public sealed record ResourceLimits(int DefaultTake, int MaxTake, int MaxSkip, int MaxSortKeys, int MaxBatchOperations, int MaxTags, int MaxTagLength);

/// <summary>A resource: its members and what may be done with each.</summary>
public sealed record ResourceMeta(string Name, string Singular, string Path, string DefaultSort, ResourceLimits Limits, IReadOnlyList<MemberMeta> Members);

/// <summary>
/// Describes a resource from its declaration, and what the tenant has added to it. One whose path has several segments is found with dashes between them, or by
/// the last one.
/// </summary>
[SignedIn(AlsoByKey = true)]
public sealed record DescribeResource(string Resource) : IQuery<ResourceMeta>;

/// <summary>The same for a resource whose path has several segments, at that path.</summary>
[SignedIn(AlsoByKey = true)]
public sealed record DescribeDeclared(Resource Resource) : IQuery<ResourceMeta>;

internal sealed class DescribeResourceHandler(ResourceCatalog resources, IRequestContext context) : IQueryHandler<DescribeResource, ResourceMeta>
{
    private static readonly ResourceLimits Limits = new(new ListRequest().Take, ListRequest.MaxTake, ListRequest.MaxSkip, 3, Records.BatchRecords.MaxOperations, Tags.MaxCount, Tags.MaxLength);

    public Task<ResourceMeta> Handle(DescribeResource query, CancellationToken ct)
    {
        var resource = resources.All.FirstOrDefault(r => r.Name.Replace('/', '-') == query.Resource || r.Name.Split('/')[^1] == query.Resource) ?? throw CrmException.NotFound("resource");
        return Task.FromResult(Describe(new ResourceMembers(resource, context.Caller.CustomFields.Of(resource.Name))));
    }

    internal static ResourceMeta Describe(ResourceMembers members) => new(members.Resource.Name, members.Resource.Singular, $"/api/v1/{members.Resource.Path}",
        members.Find("createdAt") is null ? $"-{members.Resource.Fields[0].Name}" : "-createdAt", Limits, [.. members.All.Select(Member)]);

    private static MemberMeta Member(Field field) => new(field.Name, field.Custom?.Details.Label,
        field.Custom is { } custom ? Choices.Text(custom.Details.Type) : Choices.Text(field.Kind), field.IsRequired, field.ReadOnly, field.Nullable,
        field.IsText && !field.ReadOnly ? field.MaxLength : null, field.Min, field.Max, field.EnumType is { } type ? Choices.Names(type) : field.Words.Count > 0 ? field.Words : null,
        field.RefersTo, field.ExpandName, FilterValues.OperatorsOf(field), field.Sorts, field.Searched, field.Description,
        field.Example is null ? null : JsonSerializer.Deserialize<JsonElement>(field.Example));
}

internal sealed class DescribeDeclaredHandler(IRequestContext context) : IQueryHandler<DescribeDeclared, ResourceMeta>
{
    public Task<ResourceMeta> Handle(DescribeDeclared query, CancellationToken ct) =>
        Task.FromResult(DescribeResourceHandler.Describe(new ResourceMembers(query.Resource, context.Caller.CustomFields.Of(query.Resource.Name))));
}
