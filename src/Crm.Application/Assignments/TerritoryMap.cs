using System.Text.Json;
using System.Text.Json.Nodes;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Conditions;
using Crm.Application.Members;
using Crm.Application.Resources;
using Crm.Domain.Assignments;
using Crm.Domain.Common;

namespace Crm.Application.Assignments;

/// <summary>Finds a record's territory by one member of it: the same comparison as <c>in</c> of lists.</summary>
internal sealed class TerritoryMap
{
    private readonly List<ConditionTree> _trees;

    private TerritoryMap(List<ConditionTree> trees) => _trees = trees;

    /// <summary>Makes one.</summary>
    /// <exception cref="CrmException">INVALID_QUERY: the resource has no such member, or it cannot have one of the values.</exception>
    public static TerritoryMap Of(Resource resource, string field, ValueList<Territory> territories, Caller caller) =>
        new([.. territories.Select((t, i) => ConditionTree.Parse(resource, Tree(field, t), caller, Path(i)))]);

    /// <summary>Adds what the resource does not have, by the paths of what was sent.</summary>
    public static void Check(BindErrors errors, Resource resource, string field, ValueList<Territory> territories, Caller caller, string prefix = "")
    {
        for (var i = 0; i < territories.Count; i++)
        {
            var territory = territories[i];
            errors.Collect($"{prefix}territories", () => ConditionTree.Parse(resource, Tree(field, territory), caller, Path(i)),
                path => path.EndsWith(".field", StringComparison.Ordinal) ? $"{prefix}territoryField" : $"{prefix}{Path(i)}.values");
        }
    }

    /// <summary>The members and teams that territories name.</summary>
    public static IEnumerable<Named> NamedBy(ValueList<Territory> territories, string prefix = "") => territories.SelectMany((t, i) =>
        Named.Each(t.UserIds, $"{prefix}{Path(i)}.userIds").Concat(t.TeamId is { } team ? [new Named($"{prefix}{Path(i)}.teamId", team, NamedAs.Team)] : []));

    /// <summary>The first territory that has the record's value; null when none has.</summary>
    public int? Find(JsonElement state)
    {
        var found = _trees.FindIndex(t => t.Matches(state));
        return found < 0 ? null : found;
    }

    private static string Path(int index) => $"territories[{index}]";

    private static JsonElement Tree(string field, Territory territory) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["field"] = field, ["op"] = "in", ["value"] = new JsonArray([.. territory.Values.Select(v => JsonValue.Create(v))]),
    });
}
