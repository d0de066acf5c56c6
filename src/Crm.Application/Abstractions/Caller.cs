using System.Collections.Frozen;
using Crm.Application.CustomFields;
using Crm.Domain.Common;
using Crm.Domain.Members;
using Crm.Domain.Tenants;

namespace Crm.Application.Abstractions;

/// <summary>The settings of the tenant that rules depend on.</summary>
/// <param name="Currency">ISO 4217: the one that won totals are counted in.</param>
/// <param name="Country">ISO 3166-1 alpha-2: implies the dialling code of local phone numbers.</param>
/// <param name="TimeZone">IANA name: the zone in which the tenant's days begin.</param>
public sealed record TenantProfile(string Name, string Currency, string? Country, string Language, string TimeZone,
    RecordVisibility RecordVisibility, bool WelcomeEmail)
{
    /// <summary>The same, of the aggregate.</summary>
    public static TenantProfile Of(TenantDetails tenant) =>
        new(tenant.Name, tenant.Currency, tenant.Country, tenant.Language, tenant.TimeZone, tenant.RecordVisibility, tenant.WelcomeEmail);
}

/// <summary>Who is calling, for which tenant, and what they may do and see. Made from validated credentials only.</summary>
public sealed record Caller(Guid UserId, Guid TenantId, Role Role, Guid? TeamId, FrozenSet<string> Permissions, TenantProfile Tenant)
{
    /// <summary>The API key by which a program acts as the user; null when the user himself does.</summary>
    public Guid? ApiKeyId { get; init; }

    /// <summary>The session by which the user acts; null where there is none, as for keys.</summary>
    public Guid? SessionId { get; init; }

    /// <summary>True when the tenant asks for a second factor and the user, who signed in with his password, has none: he may see to that and do nothing else.</summary>
    public bool LacksSecondFactor { get; init; }

    /// <summary>A person, or a service user.</summary>
    public MemberKind Kind { get; init; }

    /// <summary>True for the service itself, which acts for a tenant where nobody does: rules, schedules. It may do and sees everything of that tenant.</summary>
    public bool IsSystem => UserId == Guid.Empty;

    /// <summary>The one who acts as a member, if one does.</summary>
    public Guid? ActorId => IsSystem ? null : UserId;

    /// <summary>What events call the one who acts: USER, SERVICE for a service user, or SYSTEM.</summary>
    public string ActorType => IsSystem ? "SYSTEM" : Kind == MemberKind.Service ? "SERVICE" : "USER";

    /// <summary>The caller as events tell of him.</summary>
    public EventActor Actor => new(ActorType, ActorId, ApiKeyId);

    /// <summary>The service itself, acting for a tenant.</summary>
    public static Caller System(Guid tenantId, TenantProfile tenant, CustomFieldSet customFields) =>
        new(Guid.Empty, tenantId, Role.Owner, null, Abstractions.Permissions.Of(Role.Owner), tenant) { CustomFields = customFields };

    /// <summary>The users whose records the caller sees; null = all records.</summary>
    public IReadOnlyList<Guid>? VisibleOwners { get; init; }

    /// <summary>The teams whose unowned records the caller sees, if he does not see all. Without any, he sees those of no team.</summary>
    public IReadOnlyList<Guid> VisibleTeams { get; init; } = [];

    /// <summary>The caller as one who gives others roles and permissions.</summary>
    public Grantor Grantor => new(Role, Permissions, Abstractions.Permissions.Of);

    /// <summary>The members that the tenant has given to its records; at most as old as the rest.</summary>
    public CustomFieldSet CustomFields { get; init; } = CustomFieldSet.None;

    /// <summary>True when the caller may do what <paramref name="permission"/> names.</summary>
    public bool May(string permission) => Permissions.Contains(permission);

    /// <summary>True when the caller sees the record.</summary>
    public bool Sees(AggregateRoot record) => record is IPersonal ? SeesPersonal(record.OwnerId) : Sees(record.OwnerId, record.TeamId) || (record.CoOwnerId is { } co && VisibleOwners!.Contains(co));

    /// <summary>True when the caller sees a personal record of this owner: his own, or as the service itself.</summary>
    public bool SeesPersonal(Guid? ownerId) => IsSystem || ownerId == UserId;

    /// <summary>True when the caller sees a record of this owner (or, unowned, of this team).</summary>
    public bool Sees(Guid? ownerId, Guid? teamId) =>
        VisibleOwners is null || (ownerId is { } owner ? VisibleOwners.Contains(owner) : teamId is { } team ? VisibleTeams.Contains(team) : VisibleTeams.Count == 0);
}
