using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using Crm.Domain.Orders;

namespace Crm.Application.Orders;

/// <summary>
/// Drafts the invoice of a confirmed order: its lines, discounts and taxes as they were agreed, to the cent. 409 INVALID_STATE when the order is a draft or called off, or has an invoice
/// that is neither void nor credited.
/// </summary>
[Requires(Permissions.InvoicesWrite)]
public sealed record InvoiceOrder(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "orders";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class InvoiceOrderHandler(IRepository<Order> orders, IRepository<Invoice> invoices, IOrderCatalog catalog, TimeProvider clock) : ICommandHandler<InvoiceOrder, Guid>
{
    public async Task<Guid> Handle(InvoiceOrder command, CancellationToken ct)
    {
        // The order is held: nobody else invoices it meanwhile.
        var order = await orders.GetAsync(command.Id, ct);
        if (order.InvoiceId is { } former && await catalog.IsInvoicedAsync(former, ct)) throw OrderErrors.Invoiced();
        var now = clock.GetUtcNow();
        var details = order.Details;
        var invoice = Invoice.DraftOf(Ids.New(now), new InvoiceDetails
        {
            CustomerId = details.CustomerId, ContactId = details.ContactId, DealId = details.DealId, OwnerId = details.OwnerId, Currency = details.Currency, Language = details.Language,
            BuyerReference = details.BuyerReference, Notes = details.Notes, Adjustments = details.Adjustments,
            LineItems = ValueList.Of(details.LineItems.Select(line => line with { Id = Ids.New(now), SourceItemId = line.Id })),
        });
        order.Invoice(invoice.Id);
        invoices.Add(invoice);
        return invoice.Id;
    }
}
