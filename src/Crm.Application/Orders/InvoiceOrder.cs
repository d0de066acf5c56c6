using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using Crm.Domain.Orders;

namespace Crm.Application.Orders;

/// <summary>
/// Drafts the invoice of an order that is confirmed, or was made of an accepted offer: its lines, discounts and taxes as they were agreed, to the cent. 409 INVALID_STATE when the order
/// is another draft or called off, or has an invoice that is neither void nor credited.
/// </summary>
[Requires(Permissions.InvoicesWrite)]
public sealed record InvoiceOrder(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "orders";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class InvoiceOrderHandler(IRepository<Order> orders, OrderInvoices invoices) : ICommandHandler<InvoiceOrder, Guid>
{
    // The order is held: nobody else invoices it meanwhile.
    public async Task<Guid> Handle(InvoiceOrder command, CancellationToken ct) => (await invoices.AddAsync(await orders.GetAsync(command.Id, ct), ct)).Id;
}

/// <summary>Drafts invoices of orders.</summary>
public sealed class OrderInvoices(IRepository<Invoice> invoices, IOrderCatalog catalog, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>Drafts the invoice of an order that is held.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it cannot be invoiced, or is already.</exception>
    public async Task<Invoice> AddAsync(Order order, CancellationToken ct)
    {
        if (order.InvoiceId is { } former && await catalog.IsInvoicedAsync(former, ct)) throw OrderErrors.Invoiced();
        var now = clock.GetUtcNow();
        var invoice = Invoice.DraftOf(Ids.New(now), order.Details.Followed(new InvoiceDetails { CustomerId = order.Details.CustomerId }, order.Details.LineItems, now));
        order.Invoice(invoice.Id);
        invoices.Add(invoice);
        return invoice;
    }
}
