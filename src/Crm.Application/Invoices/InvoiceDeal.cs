using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Commerce;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Deals;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>
/// Drafts the invoice of a won deal: its lines with their prices, or its title and value when it has none. INVALID_STATE: the deal is not won, or has an invoice already; UNPROCESSABLE: it has no
/// customer, or a line whose price or tax is not found.
/// </summary>
[Requires(Permissions.InvoicesWrite)]
public sealed record InvoiceDeal(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "deals";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class InvoiceDealHandler(IRepository<Deal> deals, IRepository<Invoice> invoices, DocumentSettings settings, IReadDb db) : ICommandHandler<InvoiceDeal, Guid>
{
    // The deal is held: nobody else invoices it meanwhile.
    private const string Existing = """
        select i.id as Id from crm_read.invoices i
        where i.tenant_id = @TenantId and i.deal_id = @Id and i.kind = 'INVOICE' and i.status <> 'VOID' and i.deleted_at is null limit 1
        """;

    public async Task<Guid> Handle(InvoiceDeal command, CancellationToken ct)
    {
        var deal = await deals.GetAsync(command.Id, ct);
        if (deal.Status != DealStatus.Won) throw CrmException.Conflict("INVALID_STATE", "Only a won deal is invoiced.");
        if (await db.FirstOrDefaultAsync<Row>(Existing, new { command.Id }, ct) is not null) throw CrmException.Conflict("INVALID_STATE", "The deal has an invoice already.");
        var details = Of(deal);
        var setting = await settings.OfAsync(details, ct);
        var invoice = Invoice.Draft(Ids.New(setting.Now), details, setting);
        invoices.Add(invoice);
        return invoice.Id;
    }

    private static InvoiceDetails Of(Deal deal)
    {
        var details = deal.Details;
        return new InvoiceDetails
        {
            CustomerId = DealLines.Customer(details), ContactId = details.ContactId, DealId = deal.Id, OwnerId = details.OwnerId, Currency = DealLines.Currency(details),
            LineItems = details.LineItems.Count > 0 ? DealLines.Of(details) : [new DocumentItem { Name = details.Title, UnitPrice = details.Value }],
        };
    }

    private sealed record Row(Guid Id);
}
