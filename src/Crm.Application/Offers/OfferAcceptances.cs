using Crm.Application.Abstractions;
using Crm.Application.Orders;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using Crm.Domain.Offers;
using Crm.Domain.Orders;

namespace Crm.Application.Offers;

/// <summary>Accepts offers, whoever says so, and makes of them what was agreed.</summary>
public sealed class OfferAcceptances(OfferConversions conversions, IRequestContext context, TimeProvider clock) : ISharedByUseCases
{
    /// <summary>Accepts an offer that is held, and makes of it in the same transaction what it says.</summary>
    /// <exception cref="CrmException">What <see cref="Offer.Accept"/> refuses with. FORBIDDEN: the caller may not make what the offer says.</exception>
    public async Task AcceptAsync(Offer offer, string name, EmailAddress? email, ValueList<Guid>? optionalItems, string? comment, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var acceptance = new OfferAcceptance
        {
            Name = name, Email = email, Comment = comment, OptionalItems = optionalItems ?? [], AcceptedAt = now, SourceAddress = context.SourceAddress, UserAgent = context.UserAgent,
        };
        if (!offer.Accept(acceptance, TimeZones.DayIn(context.Caller.Tenant.TimeZone, now))) return;
        var (orders, invoices) = (offer.Details.OnAccept is OfferFollowUp.Order or OfferFollowUp.Both, offer.Details.OnAccept is OfferFollowUp.Invoice or OfferFollowUp.Both);
        if (orders) Demand(Permissions.OrdersWrite);
        if (invoices) Demand(Permissions.InvoicesWrite);
        var order = orders ? await conversions.OrderAsync(offer, ct) : null;
        if (invoices) await conversions.InvoiceAsync(offer, order, ct);
    }

    private void Demand(string permission)
    {
        if (!context.Caller.May(permission)) throw CrmException.Forbidden($"Accepting this offer needs the permission {permission}.");
    }
}

/// <summary>Makes orders and invoices of accepted offers. The offer is held: nobody else does so meanwhile.</summary>
public sealed class OfferConversions(IRepository<Order> orders, IRepository<Invoice> invoices, OrderInvoices orderInvoices, IOrderCatalog catalog, INumbers numbers, IReadDb db, TimeProvider clock)
    : ISharedByUseCases
{
    // Whoever may see the order: one that is there is there.
    private const string Standing = "select o.id as Id from crm_read.orders o where o.tenant_id = @TenantId and o.id = @Id and o.status <> 'CANCELLED' and o.deleted_at is null";

    /// <summary>Drafts the order of an accepted offer. An invoice that was made of the offer is the order's, so that nothing is charged twice.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is not accepted, or has an order already.</exception>
    public async Task<Order> OrderAsync(Offer offer, CancellationToken ct)
    {
        offer.EnsureAccepted("ordered");
        if (await StandingAsync(offer, ct)) throw OfferErrors.Ordered();
        var now = clock.GetUtcNow();
        var details = offer.Details.Followed(new OrderDetails { CustomerId = offer.Details.CustomerId }, offer.AgreedItems(), now);
        var order = Order.DraftOf(Ids.New(now), await numbers.NextAsync("order", ct), details, offer.Id);
        orders.Add(order);
        offer.Order(order.Id);
        if (offer.InvoiceId is { } invoice && await catalog.IsInvoicedAsync(invoice, ct)) order.Invoice(invoice);
        return order;
    }

    /// <summary>Drafts the invoice of an accepted offer: that of its order, if it has one.</summary>
    /// <param name="order">Its order, where that was made in this transaction.</param>
    /// <exception cref="CrmException">INVALID_STATE: it is not accepted, or has an invoice already.</exception>
    public async Task<Invoice> InvoiceAsync(Offer offer, Order? order, CancellationToken ct)
    {
        offer.EnsureAccepted("invoiced");
        if (offer.InvoiceId is { } former && await catalog.IsInvoicedAsync(former, ct)) throw OfferErrors.Invoiced();
        if (order is null && await StandingAsync(offer, ct)) order = await orders.GetAsync(offer.OrderId!.Value, ct);
        var invoice = order is not null ? await orderInvoices.AddAsync(order, ct) : Direct(offer);
        offer.Invoice(invoice.Id);
        return invoice;
    }

    private Invoice Direct(Offer offer)
    {
        var now = clock.GetUtcNow();
        var invoice = Invoice.DraftOf(Ids.New(now), offer.Details.Followed(new InvoiceDetails { CustomerId = offer.Details.CustomerId }, offer.AgreedItems(), now));
        invoices.Add(invoice);
        return invoice;
    }

    private async Task<bool> StandingAsync(Offer offer, CancellationToken ct) => offer.OrderId is { } id && await db.FirstOrDefaultAsync<Row>(Standing, new { Id = id }, ct) is not null;

    private sealed record Row(Guid Id);
}
