using Crm.Domain.Common;

namespace Crm.Domain.Assignments;

/// <summary>Records that have one of these values belong to these members, or to this team.</summary>
public sealed record Territory
{
    /// <summary>The most territories in one place.</summary>
    public const int Most = 100;

    /// <summary>The most values of a territory.</summary>
    public const int MostValues = 300;

    /// <summary>The most members that are named.</summary>
    public const int MostUsers = 100;

    /// <summary>The values, such as DE, AT and CH; at most 300 of 300 characters.</summary>
    public required ValueList<string> Values { get; init; }
    /// <summary>Members by id, at most 100; none where a team is named.</summary>
    public ValueList<string> UserIds { get; init; } = ValueList<string>.Empty;
    /// <summary>A team whose members they belong to; none where members are named.</summary>
    public Guid? TeamId { get; init; }

    /// <summary>The same, with each member once.</summary>
    public Territory Once() => this with { UserIds = MemberIds.Once(UserIds) };

    /// <summary>Everything that is wrong with these territories, by path; the prefix is put before each.</summary>
    public static IEnumerable<(string Path, string Message)> Refusals(ValueList<Territory> territories, string prefix = "")
    {
        if (territories.Count > Most) yield return ($"{prefix}territories", $"must be at most {Most}");
        for (var i = 0; i < territories.Count; i++)
        {
            var (territory, path) = (territories[i], $"{prefix}territories[{i}]");
            if (territory.Values.Count is 0 or > MostValues) yield return ($"{path}.values", $"must be 1 to {MostValues}");
            foreach (var value in territory.Values)
                if (value.Length == 0 || Characters.Exceed(value, 300)) yield return ($"{path}.values", "must be texts of 1 to 300 characters");
            foreach (var refusal in PoolRefusals(territory.UserIds, territory.TeamId, path + ".")) yield return refusal;
        }
    }

    /// <summary>What is wrong with a choice of members or a team.</summary>
    public static IEnumerable<(string Path, string Message)> PoolRefusals(ValueList<string> userIds, Guid? teamId, string prefix = "")
    {
        if (userIds.Count > MostUsers) yield return ($"{prefix}userIds", $"must be at most {MostUsers}");
        if (userIds.Count == 0 && teamId is null) yield return ($"{prefix}userIds", "is required, or teamId");
        if (userIds.Count > 0 && teamId is not null) yield return ($"{prefix}teamId", "does not go with userIds");
        for (var i = 0; i < userIds.Count; i++)
            if (!Instants.TryParseUuid(userIds[i], out _)) yield return ($"{prefix}userIds[{i}]", "must be a UUID");
    }
}
