using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Deals;

namespace Crm.Application.Deals;

/// <summary>
/// The won value of a customer is that of its won deals (product.md §2): whatever may change it marks the customer. Runs before the
/// save, so the row still names the customer the deal had.
/// </summary>
internal sealed class RefreshWonValueWhenDealChanges(IRepository<Deal> deals, ICustomerFigures figures, IReadDb db) :
    IDomainEventHandler<Updated<Deal>>, IDomainEventHandler<DealWon>, IDomainEventHandler<DealReopened>, IDomainEventHandler<DealLost>,
    IDomainEventHandler<Deleted<Deal>>, IDomainEventHandler<Restored<Deal>>
{
    private const string FormerCustomer = "select d.customer_id from crm_read.deals d where d.tenant_id = @TenantId and d.id = @Id";

    public async Task HandleAsync(Updated<Deal> happened, CancellationToken ct)
    {
        if (happened.Members.Contains("customerId")) await FormerAsync(happened.Id, ct);
        if (happened.Members.Contains("customerId") || happened.Members.Contains("value")) await CurrentAsync(happened.Id, ct);
    }

    public Task HandleAsync(DealWon happened, CancellationToken ct) => CurrentAsync(happened.DealId, ct);

    // A deal may go from won to lost without being re-opened between.
    public Task HandleAsync(DealLost happened, CancellationToken ct) => CurrentAsync(happened.DealId, ct);

    public Task HandleAsync(DealReopened happened, CancellationToken ct) => CurrentAsync(happened.DealId, ct);

    public Task HandleAsync(Deleted<Deal> happened, CancellationToken ct) => FormerAsync(happened.Id, ct);

    public Task HandleAsync(Restored<Deal> happened, CancellationToken ct) => FormerAsync(happened.Id, ct);

    private async Task CurrentAsync(Guid id, CancellationToken ct) => figures.Touch((await deals.FindAsync(id, ct))?.Details.CustomerId);

    private async Task FormerAsync(Guid id, CancellationToken ct) => figures.Touch(await db.FirstOrDefaultAsync<Guid?>(FormerCustomer, new { Id = id }, ct));
}
