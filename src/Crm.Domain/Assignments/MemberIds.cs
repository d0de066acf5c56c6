using Crm.Domain.Common;

namespace Crm.Domain.Assignments;

/// <summary>Lists of members by id.</summary>
public static class MemberIds
{
    /// <summary>Each once, the first counts, as of tags; a list that is too long, or has anything in it that is no id, stays as it was sent, so that this can be told.</summary>
    public static ValueList<string> Once(ValueList<string> ids)
    {
        if (ids.Count > Territory.MostUsers) return ids;
        var seen = new HashSet<Guid>();
        var kept = new List<string>(ids.Count);
        foreach (var id in ids)
        {
            if (!Instants.TryParseUuid(id, out var parsed)) return ids;
            if (seen.Add(parsed)) kept.Add(id);
        }
        return kept.Count == ids.Count ? ids : ValueList.Of(kept);
    }
}
