using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Contacts;

namespace Crm.Application.Customers;

/// <summary>
/// What was said to a contact was said to its customer: when the contact goes to another one, both get their last contact date anew, and
/// so does its customer when it is deleted or restored. Runs before the save, so the row still names the customer it leaves.
/// </summary>
internal sealed class RefreshLastContactWhenContactChanges(IRepository<Contact> contacts, ICustomerFigures figures, IReadDb db) :
    IDomainEventHandler<Updated<Contact>>, IDomainEventHandler<Deleted<Contact>>, IDomainEventHandler<Restored<Contact>>
{
    private const string FormerCustomer = "select p.customer_id from crm_read.contacts p where p.tenant_id = @TenantId and p.id = @Id";

    public async Task HandleAsync(Updated<Contact> updated, CancellationToken ct)
    {
        if (!updated.Members.Contains("customerId")) return;
        await FormerAsync(updated.Id, ct);
        figures.Touch((await contacts.GetAsync(updated.Id, ct)).Details.CustomerId);
    }

    public Task HandleAsync(Deleted<Contact> deleted, CancellationToken ct) => FormerAsync(deleted.Id, ct);

    public Task HandleAsync(Restored<Contact> restored, CancellationToken ct) => FormerAsync(restored.Id, ct);

    private async Task FormerAsync(Guid id, CancellationToken ct) => figures.Touch(await db.FirstOrDefaultAsync<Guid?>(FormerCustomer, new { Id = id }, ct));
}
