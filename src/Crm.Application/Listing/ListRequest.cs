using Crm.Application.CustomFields;
using Crm.Application.Resources;
using Crm.Domain.Common;

namespace Crm.Application.Listing;

/// <summary>How a list counts its total.</summary>
public enum CountMode
{
    /// <summary>No total.</summary>
    None,
    /// <summary>Exact, at whatever cost.</summary>
    Exact,
    /// <summary>Exact up to 1,000, beyond it the planner's estimate.</summary>
    Estimated,
}

/// <summary>One sort key.</summary>
public sealed record SortKey(Field Field, bool Descending);

/// <summary>What a list is asked for, checked against the resource's declaration.</summary>
public sealed record ListRequest
{
    /// <summary>Largest page.</summary>
    public const int MaxTake = 200;
    /// <summary>Largest offset.</summary>
    public const int MaxSkip = 10_000;

    /// <summary>Which records.</summary>
    public FilterNode? Filter { get; init; }
    /// <summary>Words that must all occur; the last one as a prefix.</summary>
    public string? Search { get; init; }
    /// <summary>At most three keys; the id is the tie-breaker.</summary>
    public IReadOnlyList<SortKey> Sort { get; init; } = [];
    /// <summary>Rows to leave out, 0–10,000.</summary>
    public int Skip { get; init; }
    /// <summary>Rows to give, 1–200.</summary>
    public int Take { get; init; } = 50;
    /// <summary>Where the last page ended.</summary>
    public string? Cursor { get; init; }
    /// <summary>How to count; by default estimated without and none with a cursor.</summary>
    public CountMode? Count { get; init; }
    /// <summary>The members to answer; null = all.</summary>
    public IReadOnlyList<Field>? Fields { get; init; }
    /// <summary>The custom fields to answer; null = all.</summary>
    public IReadOnlyList<CustomFieldDefinition>? Custom { get; init; }
    /// <summary>The references to embed.</summary>
    public IReadOnlyList<Field> Expand { get; init; } = [];
    /// <summary>List only what was deleted.</summary>
    public bool Deleted { get; init; }

    /// <summary>The members to answer.</summary>
    public IReadOnlyList<Field> Shown(Resource resource) => Fields ?? resource.Fields;

    /// <summary>The members to read: those to answer, then those that only an expansion needs.</summary>
    public IReadOnlyList<Field> Read(Resource resource) => Fields is not null ? [.. Fields, .. Expand.Except(Fields)]
        : Expand.Any(f => f.Custom is not null) ? [.. resource.Fields, .. Expand.Where(f => f.Custom is not null)]
        : resource.Fields;
}

/// <summary>Comparison operators, as they are written in a filter.</summary>
public enum FilterOperator
{
    /// <summary>Equal.</summary>
    Eq,
    /// <summary>Not equal, or null.</summary>
    Ne,
    /// <summary>Less.</summary>
    Lt,
    /// <summary>Less or equal.</summary>
    Lte,
    /// <summary>Greater.</summary>
    Gt,
    /// <summary>Greater or equal.</summary>
    Gte,
    /// <summary>One of.</summary>
    In,
    /// <summary>None of, or null.</summary>
    Nin,
    /// <summary>Has the text in it, case and accents ignored.</summary>
    Contains,
    /// <summary>Begins with the text, case and accents ignored.</summary>
    StartsWith,
    /// <summary>Is null (true) or is not (false).</summary>
    Null,
    /// <summary>From the first to the second value, both included.</summary>
    Between,
    /// <summary>One of these records, or one below it in their tree.</summary>
    Under,
}

/// <summary>A filter as a tree.</summary>
public abstract record FilterNode;

/// <summary>All of them.</summary>
public sealed record AllOf(IReadOnlyList<FilterNode> Nodes) : FilterNode;

/// <summary>Any of them.</summary>
public sealed record AnyOf(IReadOnlyList<FilterNode> Nodes) : FilterNode;

/// <summary>Not this.</summary>
public sealed record Not(FilterNode Node) : FilterNode;

/// <summary>One comparison. <paramref name="OfCurrency"/>: of a money's currency rather than its amount.</summary>
public sealed record Condition(Field Field, FilterOperator Operator, IReadOnlyList<object> Values, bool OfCurrency = false) : FilterNode
{
    /// <summary>Of the record before a change; never so in a list.</summary>
    public bool OfBefore { get; init; }
}

/// <summary>The refusals of lists.</summary>
public static class QueryErrors
{
    /// <summary>400 INVALID_QUERY naming the parameter.</summary>
    public static CrmException Invalid(string parameter, string message) => new(ErrorKind.Validation, "INVALID_QUERY",
        $"{parameter}: {message}", new Dictionary<string, string[]> { [parameter] = [message] });
}
