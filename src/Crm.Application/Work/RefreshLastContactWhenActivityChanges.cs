using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Work;

namespace Crm.Application.Work;

/// <summary>
/// An activity sets the last contact date of its customer, and of its deal's and contact's customer (product.md §5). Runs before the
/// save: the row still has the links as they were, the aggregate those that will be, and both ends need a new date.
/// </summary>
internal sealed class RefreshLastContactWhenActivityChanges(IRepository<Activity> activities, ICustomerFigures figures, IReadDb db) :
    IDomainEventHandler<Created<Activity>>, IDomainEventHandler<Updated<Activity>>, IDomainEventHandler<Deleted<Activity>>, IDomainEventHandler<Restored<Activity>>
{
    private const string Sql = """
        with links as (
          select a.customer_id, a.deal_id, a.contact_id from crm_read.activities a where a.tenant_id = @TenantId and a.id = @Id
          union all
          select @CustomerId::uuid, @DealId::uuid, @ContactId::uuid)
        select l.customer_id from links l where l.customer_id is not null
        union
        select d.customer_id from links l join crm_read.deals d on d.tenant_id = @TenantId and d.id = l.deal_id where d.customer_id is not null
        union
        select p.customer_id from links l join crm_read.contacts p on p.tenant_id = @TenantId and p.id = l.contact_id where p.customer_id is not null
        """;

    public Task HandleAsync(Created<Activity> happened, CancellationToken ct) => RefreshAsync(happened.Id, ct);

    public Task HandleAsync(Updated<Activity> happened, CancellationToken ct) => RefreshAsync(happened.Id, ct);

    public Task HandleAsync(Deleted<Activity> happened, CancellationToken ct) => RefreshAsync(happened.Id, ct);

    public Task HandleAsync(Restored<Activity> happened, CancellationToken ct) => RefreshAsync(happened.Id, ct);

    private async Task RefreshAsync(Guid id, CancellationToken ct)
    {
        var now = (await activities.FindAsync(id, ct))?.Details;
        foreach (var customer in await db.QueryAsync<Guid>(Sql, new { Id = id, now?.CustomerId, now?.DealId, now?.ContactId }, ct)) figures.Touch(customer);
    }
}
