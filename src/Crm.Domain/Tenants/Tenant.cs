using Crm.Domain.Common;

namespace Crm.Domain.Tenants;

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

/// <summary>What its owner states about a tenant.</summary>
public record TenantDetails : RecordDetails
{
    /// <summary>The organization's name, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>ISO 4217: the one that won totals are counted in.</summary>
    public string Currency { get; init; } = "EUR";
    /// <summary>ISO 3166-1 alpha-2: implies the dialling code of local phone numbers.</summary>
    public string? Country { get; init; }
    /// <summary><c>en</c> or <c>bg</c>.</summary>
    public string Language { get; init; } = Languages.Default;
    /// <summary>IANA name: the zone in which the tenant's days begin.</summary>
    public string TimeZone { get; init; } = "UTC";
    /// <summary>Which records members see.</summary>
    public RecordVisibility RecordVisibility { get; init; } = RecordVisibility.All;
    /// <summary>Whether new customers get a welcome e-mail.</summary>
    public bool WelcomeEmail { get; init; } = true;
    /// <summary>Above which value a deal is won with an approval only; null = none is needed.</summary>
    public Money? DealApprovalAbove { get; init; }
    /// <summary>Whether members who sign in with a password need a second factor besides.</summary>
    public bool RequireTwoFactor { get; init; }
}

/// <summary>An organization and its settings. The record's id is the tenant's own.</summary>
public sealed class Tenant : Record<Tenant, TenantDetails>, IUnrestricted
{
    private Tenant() { }

    /// <summary>Registers an organization. Raises <see cref="TenantRegistered"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED.</exception>
    public static Tenant Register(Guid id, TenantDetails details)
    {
        var tenant = new Tenant { Id = id };
        tenant.Begin(details, new TenantRegistered(id));
        return tenant;
    }

    /// <summary>Says in the log that tags were merged on the organization's records. Raises <see cref="TenantTagsMerged"/>.</summary>
    public void TellOfMergedTags(IReadOnlyList<string> from, string to, int changed, int remaining) => Raise(new TenantTagsMerged(Id, from, to, changed, remaining));

    /// <inheritdoc/>
    protected override void Guard(TenantDetails? before, TenantDetails after)
    {
        Require.Text(after.Name, "name");
        if (!Currency.IsKnown(after.Currency)) throw CrmException.Validation("currency", "must be an ISO 4217 code");
        if (after.Country is not null && !Country.IsKnown(after.Country)) throw CrmException.Validation("country", "must be an ISO 3166-1 alpha-2 code");
        Languages.Check(after.Language);
        TimeZones.Check(after.TimeZone);
    }
}

/// <summary>An organization registered; its first pipeline follows in the same transaction.</summary>
public sealed record TenantRegistered(Guid TenantId) : IDomainEvent;

/// <summary>Some tags became one on the organization's records: so many at once, so many afterwards.</summary>
public sealed record TenantTagsMerged(Guid TenantId, IReadOnlyList<string> From, string To, int Changed, int Remaining) : IDomainEvent;
