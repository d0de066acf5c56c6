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

internal sealed class OpenPageBeforeCheckoutIsKept(IReadDb db, InvoiceResource invoices, IPaymentAccounts accounts, CheckoutDesk desk, IRequestContext context, TimeProvider clock) : IPreparation<CreateCheckout>
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
        var order = new GatewayOrder(Ids.New(clock.GetUtcNow()), context.Caller.TenantId, Money.Of(invoice.Due, invoice.Currency), invoice.Number!, invoice.Email, invoice.Language, account.SuccessUrl!, account.CancelUrl);
        await desk.PrepareAsync(account, order, command.Id, null, ct);
    }

    private sealed record Row(string? Number, bool IsReceivable, decimal Due, string Currency, string? Language, string? Email);
}

internal sealed class CreateCheckoutHandler(IRepository<Invoice> invoices, CheckoutDesk desk) : ICommandHandler<CreateCheckout, Checkout>
{
    public async Task<Checkout> Handle(CreateCheckout command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        return invoice.IsPayable() ? await desk.KeepAsync(invoice.DueTotal, ct) : throw CheckoutErrors.NothingDue();
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
        return await checkouts.ListAsync(query.Id, ct);
    }
}
