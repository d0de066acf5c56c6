using Crm.Domain.Common;

namespace Crm.Domain.Members;

/// <summary>What a member may do besides, and may not do despite, his role. What is denied is denied, granted or not. Names come in ordinal order, each once.</summary>
public sealed record MemberPermissions
{
    /// <summary>These names; null is none.</summary>
    public MemberPermissions(ValueList<string>? grant = null, ValueList<string>? deny = null) => (Grant, Deny) = (Ordered(grant), Ordered(deny));

    /// <summary>What the role says, no more and no less.</summary>
    public static MemberPermissions None { get; } = new();

    /// <summary>Permissions the role does not give.</summary>
    public ValueList<string> Grant { get; private init; }

    /// <summary>Permissions taken away.</summary>
    public ValueList<string> Deny { get; private init; }

    /// <summary>What is permitted in all to somebody to whom his role permits this.</summary>
    public IEnumerable<string> Of(IReadOnlySet<string> ofRole) => ofRole.Union(Grant).Except(Deny);

    private static ValueList<string> Ordered(ValueList<string>? names) =>
        names is null ? ValueList<string>.Empty : ValueList.Of(names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}

/// <summary>Somebody who gives others a role and permissions. Nobody grants more than he has (product.md §1).</summary>
/// <param name="Role">His own role.</param>
/// <param name="Permissions">All that he may do himself.</param>
/// <param name="OfRole">What a role permits.</param>
public sealed record Grantor(Role Role, IReadOnlySet<string> Permissions, Func<Role, IReadOnlySet<string>> OfRole)
{
    /// <summary>Refuses to make somebody who had <paramref name="before"/> (null: nothing) into one who has this.</summary>
    /// <exception cref="CrmException">FORBIDDEN: the role is above the grantor's own, or would permit what he may not.</exception>
    public void Check(Role role, MemberPermissions permissions, MemberDetails? before = null)
    {
        if (role != before?.Role) MemberErrors.RefuseGranting(role, Role);
        var gained = permissions.Of(OfRole(role)).Except(before is null ? [] : before.Permissions.Of(OfRole(before.Role))).Except(Permissions).ToList();
        if (gained.Count > 0) throw MemberErrors.GrantsTooMuch(gained);
    }

    /// <summary>Whether <see cref="Check"/> would let it pass for somebody new.</summary>
    public bool May(Role role, MemberPermissions permissions) => role <= Role && !permissions.Of(OfRole(role)).Except(Permissions).Any();
}
