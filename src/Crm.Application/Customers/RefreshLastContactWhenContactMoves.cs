using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Contacts;

namespace Crm.Application.Customers;

/// <summary>
/// What was said to a contact was said to its customer: when the contact goes to another one, both get their last contact date anew.
/// Runs before the save, so the row still names the customer it leaves.
/// </summary>
internal sealed class RefreshLastContactWhenContactMoves(IRepository<Contact> contacts, ICustomerFigures figures, IReadDb db) : IDomainEventHandler<Updated<Contact>>
{
    private const string Sql = "select p.customer_id from crm_read.contacts p where p.tenant_id = @TenantId and p.id = @Id";

    public async Task HandleAsync(Updated<Contact> updated, CancellationToken ct)
    {
        if (!updated.Members.Contains("customerId")) return;
        figures.Touch(await db.FirstOrDefaultAsync<Guid?>(Sql, new { updated.Id }, ct));
        figures.Touch((await contacts.GetAsync(updated.Id, ct)).Details.CustomerId);
    }
}
