using System.Collections.Frozen;
using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>Which records a tenant's members see besides what their role lets them do.</summary>
public enum RecordVisibility
{
    /// <summary>Everybody sees every record.</summary>
    All,
    /// <summary>Members see their team's records.</summary>
    Team,
    /// <summary>Users see what they own and what is unowned in their team; managers what is their team's.</summary>
    Own,
}

/// <summary>The settings of the tenant that rules depend on.</summary>
/// <param name="Currency">ISO 4217: the one that won totals are counted in.</param>
/// <param name="Country">ISO 3166-1 alpha-2: implies the dialling code of local phone numbers.</param>
/// <param name="TimeZone">IANA name: the zone in which the tenant's days begin.</param>
public sealed record TenantProfile(string Name, string Currency, string? Country, string Language, string TimeZone,
    RecordVisibility RecordVisibility, bool WelcomeEmail);

/// <summary>Who is calling, for which tenant, and what they may do and see. Made from validated credentials only.</summary>
public sealed record Caller(Guid UserId, Guid TenantId, Role Role, Guid? TeamId, FrozenSet<string> Permissions, TenantProfile Tenant)
{
    /// <summary>The users whose records the caller sees; null = all records.</summary>
    public IReadOnlyList<Guid>? VisibleOwners { get; init; }

    /// <summary>True when the caller may do what <paramref name="permission"/> names.</summary>
    public bool May(string permission) => Permissions.Contains(permission);

    /// <summary>True when the caller sees the record.</summary>
    public bool Sees(AggregateRoot record) => Sees(record.OwnerId, record.TeamId) || (record.CoOwnerId is { } co && VisibleOwners!.Contains(co));

    /// <summary>True when the caller sees a record of this owner (or, unowned, of this team).</summary>
    public bool Sees(Guid? ownerId, Guid? teamId) =>
        VisibleOwners is null || (ownerId is { } owner ? VisibleOwners.Contains(owner) : teamId == TeamId);
}
