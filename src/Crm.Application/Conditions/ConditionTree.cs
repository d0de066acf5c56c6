using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Application.Resources;

namespace Crm.Application.Conditions;

/// <summary>One comparison of a tree and how it came out.</summary>
/// <param name="Path">Where it is in the tree, such as <c>filter.and[0]</c>.</param>
/// <param name="Field">The member it is about, as the tree names it.</param>
/// <param name="Op">The operator, as filters write it.</param>
/// <param name="Expected">What it was compared with.</param>
/// <param name="Found">What the record had; null when it had nothing.</param>
/// <param name="Holds">Whether it was met.</param>
public sealed record ConditionFinding(string Path, string Field, string Op, IReadOnlyList<string> Expected, JsonElement? Found, bool Holds);

/// <summary>
/// The filter tree of lists, asked of a record's state as events carry it instead of the database: the same members, operators and refusals, and the same meaning
/// (null, case and accents, currencies, phone numbers by their digits). Made once, asked often; safe for concurrent use.
/// </summary>
public sealed class ConditionTree
{
    private const string Before = "before.";
    private readonly FilterNode? _root;
    private readonly StateCheck _check;
    private readonly string _path;

    private ConditionTree(FilterNode? root, TenantProfile tenant, string path) => (_root, _check, _path) = (root, new StateCheck(tenant), path);

    /// <summary>Reads a tree <c>{"and":[…]}</c>, <c>{"or":[…]}</c>, <c>{"not":…}</c> or <c>{"field","op","value"}</c>.</summary>
    /// <param name="resource">Whose members the tree names; only those that states have.</param>
    /// <param name="filter">The tree; JSON null or undefined holds of every record.</param>
    /// <param name="caller">Of which tenant: its custom fields, and the country of its phone numbers.</param>
    /// <param name="path">What errors call the tree.</param>
    /// <param name="withBefore">True when a member may also be written <c>before.name</c>: its value before the change, null when the record is new.</param>
    /// <param name="isSaved">True when it was checked when it was saved: numbers where texts are, which used to be taken, are understood.</param>
    /// <exception cref="Domain.Common.CrmException">INVALID_QUERY naming the path.</exception>
    public static ConditionTree Parse(Resource resource, JsonElement filter, Caller caller, string path = "filter", bool withBefore = false, bool isSaved = false)
    {
        if (filter.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return new ConditionTree(null, caller.Tenant, path);
        var members = new ResourceMembers(resource, caller.CustomFields.Of(resource.Name)) { OfStates = true, WithBefore = withBefore, OfSaved = isSaved };
        return new ConditionTree(ListParser.Filter(members, filter, path), caller.Tenant, path);
    }

    /// <summary>True when it holds of this state: an event's <c>data.record</c>.</summary>
    public bool Matches(JsonElement state) => Matches(state, null);

    /// <summary>True when it holds of a change; null before = the record is new.</summary>
    public bool Matches(JsonElement state, JsonElement? before) => _root is null || Holds(_root, state, before);

    /// <summary>Every comparison with what was found and how it came out, in the order of the tree.</summary>
    public IReadOnlyList<ConditionFinding> Explain(JsonElement state, JsonElement? before = null)
    {
        var findings = new List<ConditionFinding>();
        if (_root is not null) Explain(_root, _path, state, before, findings);
        return findings;
    }

    private bool Holds(FilterNode node, JsonElement state, JsonElement? before) => node switch
    {
        AllOf all => all.Nodes.All(n => Holds(n, state, before)),
        AnyOf any => any.Nodes.Any(n => Holds(n, state, before)),
        Not not => !Holds(not.Node, state, before),
        Condition condition => _check.Holds(condition, Asked(condition, state, before)),
        _ => throw new InvalidOperationException(),
    };

    private void Explain(FilterNode node, string path, JsonElement state, JsonElement? before, List<ConditionFinding> findings)
    {
        switch (node)
        {
            case AllOf all: ExplainEach(all.Nodes, $"{path}.and"); break;
            case AnyOf any: ExplainEach(any.Nodes, $"{path}.or"); break;
            case Not not: Explain(not.Node, $"{path}.not", state, before, findings); break;
            case Condition condition:
                var asked = Asked(condition, state, before);
                findings.Add(new ConditionFinding(path, Name(condition), JsonNamingPolicy.CamelCase.ConvertName(condition.Operator.ToString()),
                    [.. condition.Values.Select(StateCheck.Text)], StateCheck.Found(condition, asked), _check.Holds(condition, asked)));
                break;
        }

        void ExplainEach(IReadOnlyList<FilterNode> nodes, string list)
        {
            for (var i = 0; i < nodes.Count; i++) Explain(nodes[i], $"{list}[{i}]", state, before, findings);
        }
    }

    private static JsonElement? Asked(Condition condition, JsonElement state, JsonElement? before) => condition.OfBefore ? before : state;

    private static string Name(Condition condition) => $"{(condition.OfBefore ? Before : "")}{condition.Field.Name}{(condition.OfCurrency ? ".currency" : "")}";
}
