using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Invoices;
using Crm.Application.Listing;
using Crm.Domain.Checkouts;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.Checkouts;

/// <summary>
/// Opens a page at Stripe on which what is due of the invoice is paid, to the organization's own account. While one is open for the same amount, for half an hour at least, it is answered again.
/// INVALID_STATE: Stripe is not set up, nothing is due, a draft, a void invoice or a credit note. UNPROCESSABLE: Stripe refuses it. UNAVAILABLE: Stripe cannot be reached; nothing was changed.
/// </summary>
[Requires(Permissions.InvoicesWrite)]
public sealed record CreateCheckout(Guid Id) : ICommand<Checkout>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

/// <summary>The page that was opened, or found, for the command that is under way.</summary>
public sealed class PreparedCheckout : ISharedByUseCases
{
    /// <summary>The page.</summary>
    internal Checkout? Checkout { get; set; }
}

/// <summary>Opens the page before anything is open in the database. One that is then not kept is known to nobody, and ends by itself.</summary>
internal sealed class OpenPageBeforeCheckoutIsKept(IReadDb db, InvoiceResource invoices, ICheckouts checkouts, IPaymentAccounts accounts, IPaymentGateway gateway, PreparedCheckout prepared,
    IRequestContext context, TimeProvider clock) : IPreparation<CreateCheckout>
{
    private const string Sql = """
        select t.number as Number, t.kind = 'INVOICE' and t.status not in ('DRAFT', 'VOID') as IsReceivable, t.due_total_amount as Due, t.due_total_currency as Currency, t.language as Language,
          t.buyer ->> 'email' as Email
        from crm_read.invoices t where t.tenant_id = @TenantId and t.id = @Id and
        """;

    public async Task PrepareAsync(CreateCheckout command, CancellationToken ct)
    {
        var parameters = new Dictionary<string, object?> { ["Id"] = command.Id };
        var invoice = await db.FirstOrDefaultAsync<Row>($"{Sql} {RecordScope.Of(invoices, context.Caller, parameters, deleted: false)}", parameters, ct) ?? throw CrmException.NotFound(invoices.Singular);
        var account = await accounts.FindAsync(ct) ?? throw CheckoutErrors.NotSetUp();
        if (!invoice.IsReceivable || invoice.Due <= 0) throw CheckoutErrors.NothingDue();
        var (due, now) = (Money.Of(invoice.Due, invoice.Currency), clock.GetUtcNow());
        if (gateway.Refusal(due) is { } refusal) throw new CrmException(ErrorKind.Unprocessable, "UNPROCESSABLE", $"Stripe does not take this amount: {refusal}.");
        var open = await checkouts.FindOpenAsync(command.Id, null, ct);
        if (open is not null && open.Serves(due, now)) prepared.Checkout = open;
        else
        {
            // Of two pages for one invoice both could be paid.
            if (open is not null) await gateway.CloseAsync(account, open.GatewayId, ct);
            var order = new GatewayOrder(Ids.New(now), context.Caller.TenantId, due, invoice.Number!, invoice.Email, invoice.Language, account.SuccessUrl!, account.CancelUrl);
            prepared.Checkout = (await gateway.OpenAsync(account, order, ct)).Checkout(order, command.Id, null, now);
        }
    }

    private sealed record Row(string? Number, bool IsReceivable, decimal Due, string Currency, string? Language, string? Email);
}

internal sealed class CreateCheckoutHandler(IRepository<Invoice> invoices, ICheckouts checkouts, PreparedCheckout prepared, TimeProvider clock) : ICommandHandler<CreateCheckout, Checkout>
{
    public async Task<Checkout> Handle(CreateCheckout command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        var checkout = prepared.Checkout ?? throw new InvalidOperationException("The page has not been opened.");
        if (!invoice.IsPayable()) throw CheckoutErrors.NothingDue();
        // The invoice is held: of two who ask at once, the second gets the first's page, and nobody ever learns of its own.
        if (await checkouts.FindOpenAsync(invoice.Id, null, ct) is { } open && open.Serves(invoice.DueTotal, clock.GetUtcNow())) return open;
        await checkouts.AddAsync(checkout, ct);
        return checkout;
    }
}

/// <summary>The checkouts of an invoice, the latest first.</summary>
[Requires(Permissions.InvoicesRead)]
public sealed record ListInvoiceCheckouts(Guid Id) : IQuery<IReadOnlyList<Checkout>>;

internal sealed class ListInvoiceCheckoutsHandler(RecordReader records, InvoiceResource invoices, ICheckouts checkouts) : IQueryHandler<ListInvoiceCheckouts, IReadOnlyList<Checkout>>
{
    public async Task<IReadOnlyList<Checkout>> Handle(ListInvoiceCheckouts query, CancellationToken ct)
    {
        if (await records.FindAsync(invoices, query.Id, new ListRequest { Fields = [invoices.Find("id")!] }, ct) is null) throw CrmException.NotFound(invoices.Singular);
        return await checkouts.ListAsync(query.Id, null, ct);
    }
}

internal static class GatewaySessions
{
    /// <summary>The checkout of a page that was just opened.</summary>
    public static Checkout Checkout(this GatewaySession session, GatewayOrder order, Guid? invoiceId, Guid? chargeId, DateTimeOffset now) =>
        new(order.CheckoutId, invoiceId, chargeId, session.Id, order.Amount, session.Status, session.Url, session.ExpiresAt, null, now);
}
