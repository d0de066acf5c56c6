using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>
/// Drafts the order of an accepted offer: its lines and the optional items that were taken, with the prices, discounts and taxes of the offer. Once: again only when that order was called off or
/// deleted. INVALID_STATE: it is not accepted, or has an order.
/// </summary>
[Requires(Permissions.OrdersWrite)]
public sealed record OrderOffer(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "offers";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class OrderOfferHandler(IRepository<Offer> offers, OfferConversions conversions) : ICommandHandler<OrderOffer, Guid>
{
    public async Task<Guid> Handle(OrderOffer command, CancellationToken ct) => (await conversions.OrderAsync(await offers.GetAsync(command.Id, ct), ct)).Id;
}

/// <summary>
/// Drafts the invoice of an accepted offer, to the cent; that of its order, if it has one, so that nothing is charged twice. Once: again only when that invoice was deleted as a draft, declared void
/// or credited. INVALID_STATE: it is not accepted, or has an invoice.
/// </summary>
[Requires(Permissions.InvoicesWrite)]
public sealed record InvoiceOffer(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "offers";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class InvoiceOfferHandler(IRepository<Offer> offers, OfferConversions conversions) : ICommandHandler<InvoiceOffer, Guid>
{
    public async Task<Guid> Handle(InvoiceOffer command, CancellationToken ct) => (await conversions.InvoiceAsync(await offers.GetAsync(command.Id, ct), null, ct)).Id;
}
