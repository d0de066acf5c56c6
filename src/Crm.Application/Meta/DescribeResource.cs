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
/// <param name="Required">Whether a new record must have it.</param>
/// <param name="ReadOnly">Whether only the service sets it.</param>
/// <param name="Nullable">Whether it may be null in answers.</param>
/// <param name="Sorts">Whether lists sort by it.</param>
/// <param name="Searched">Whether search= looks into it.</param>
/// <param name="Description">What it is.</param>
/// <param name="Example">A value it may have.</param>
public sealed record MemberMeta(string Name, string? Label, string Type, bool Required, bool ReadOnly, bool Nullable, int? MaxLength, decimal? Min, decimal? Max,
    IReadOnlyList<string>? Values, string? RefersTo, string? Expand, IReadOnlyList<string> Operators, bool Sorts, bool Searched, string? Description, JsonElement? Example);

/// <summary>How a resource is listed and written.</summary>
/// <param name="DefaultTake">Rows of a page that asks for no number.</param>
/// <param name="MaxTake">Most rows of a page.</param>
/// <param name="MaxSkip">Most rows to leave out; beyond it, cursor.</param>
/// <param name="MaxSortKeys">Most members to sort by.</param>
/// <param name="MaxBatchOperations">Most operations in a batch.</param>
/// <param name="MaxTags">Most tags of a record.</param>
/// <param name="MaxTagLength">Longest tag, in characters.</param>
public sealed record ResourceLimits(int DefaultTake, int MaxTake, int MaxSkip, int MaxSortKeys, int MaxBatchOperations, int MaxTags, int MaxTagLength);

/// <summary>A resource: its members and what may be done with each.</summary>
/// <param name="Name">Its plural name.</param>
/// <param name="Singular">What one record is called.</param>
/// <param name="Path">Its path below /api/v1.</param>
/// <param name="DefaultSort">How lists are sorted that ask for nothing.</param>
/// <param name="Members">Its members, in the order of answers.</param>
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
