using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Subscriptions;

namespace Crm.Application.Platform;

/// <summary>Whether an organization is let in.</summary>
public enum TenantStatus
{
    /// <summary>It is.</summary>
    Active,
    /// <summary>Nobody of it is, and nothing is done for it.</summary>
    Suspended,
}

/// <summary>An organization as the platform sees it.</summary>
/// <param name="Id">The organization's id.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="Status">Whether it is let in.</param>
/// <param name="SuspendedAt">Since when it is not.</param>
/// <param name="SuspendedReason">Why it is not.</param>
/// <param name="Plan">The plan it is on.</param>
/// <param name="Interval">For how long it pays in advance.</param>
/// <param name="SubscriptionStatus">How its subscription stands.</param>
/// <param name="PeriodEnd">When the period or trial ends; null on FREE.</param>
/// <param name="Users">Its active members.</param>
/// <param name="CreatedAt">When it registered.</param>
public sealed record PlatformTenant(Guid Id, string? Name, TenantStatus Status, DateTimeOffset? SuspendedAt, string? SuspendedReason, PlanCode Plan, BillingInterval Interval,
    SubscriptionStatus SubscriptionStatus, DateTimeOffset? PeriodEnd, int Users, DateTimeOffset CreatedAt);

/// <summary>Which organizations are looked for.</summary>
public sealed record TenantSearch(TenantStatus? Status, PlanCode? Plan, SubscriptionStatus? SubscriptionStatus, string? Search, Keyset? After, int AtMost);

/// <summary>The organizations of this service, the newest first, paged by cursor.</summary>
/// <param name="Status">Only those that are let in, or are not.</param>
/// <param name="Plan">Only those on this plan.</param>
/// <param name="SubscriptionStatus">Only those whose subscription stands so.</param>
/// <param name="Search">Only those whose name contains this, case and accents ignored; at most 300 characters.</param>
public sealed record ListPlatformTenants(PageRequest Page, TenantStatus? Status = null, PlanCode? Plan = null, SubscriptionStatus? SubscriptionStatus = null, string? Search = null)
    : IQuery<DataPage<PlatformTenant>>, IPlatformRequest;

internal sealed class ListPlatformTenantsHandler(ITenantBook tenants) : IQueryHandler<ListPlatformTenants, DataPage<PlatformTenant>>
{
    public async Task<DataPage<PlatformTenant>> Handle(ListPlatformTenants query, CancellationToken ct)
    {
        if (query.Search is { Length: 0 or > 300 }) throw QueryErrors.Invalid("search", "must have 1 to 300 characters");
        var rows = await tenants.ListAsync(new TenantSearch(query.Status, query.Plan, query.SubscriptionStatus, query.Search, Keyset.Of(query.Page), query.Page.Take + 1), ct);
        return Keyset.Page(query.Page, rows, t => new Keyset(t.CreatedAt, t.Id));
    }
}

/// <summary>One organization.</summary>
public sealed record GetPlatformTenant(Guid Id) : IQuery<PlatformTenant>, IPlatformRequest
{
    Guid? IPlatformRequest.AboutTenant => Id;
}

internal sealed class GetPlatformTenantHandler(ITenantBook tenants) : IQueryHandler<GetPlatformTenant, PlatformTenant>
{
    public async Task<PlatformTenant> Handle(GetPlatformTenant query, CancellationToken ct) => await tenants.FindAsync(query.Id, ct) ?? throw CrmException.NotFound("organization");
}

/// <summary>Keeps the name where the platform finds it.</summary>
internal sealed class NameTenantWhenTenantRegisteredOrUpdated(ITenantBook tenants, IRepository<Domain.Tenants.Tenant> settings)
    : IDomainEventHandler<Domain.Tenants.TenantRegistered>, IDomainEventHandler<Updated<Domain.Tenants.Tenant>>
{
    public Task HandleAsync(Domain.Tenants.TenantRegistered registered, CancellationToken ct) => NameAsync(registered.TenantId, ct);

    public Task HandleAsync(Updated<Domain.Tenants.Tenant> updated, CancellationToken ct) => updated.Members.Contains("name") ? NameAsync(updated.Id, ct) : Task.CompletedTask;

    private async Task NameAsync(Guid id, CancellationToken ct) => await tenants.NameAsync(id, (await settings.GetAsync(id, ct)).Details.Name, ct);
}
