using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Binding;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using FluentValidation;

namespace Crm.Application.Invoices;

/// <summary>
/// Takes an issued invoice back, or some of its lines, by a credit note, which is issued at once. INVALID_STATE: it is a draft, void, a credit note or credited in full; UNPROCESSABLE: more than is left.
/// </summary>
/// <param name="Lines">What is taken back; everything that is left, when absent.</param>
/// <param name="Notes">What stands on the credit note, such as why.</param>
[Requires(Permissions.InvoicesIssue)]
public sealed record CreditInvoice(Guid Id, ValueList<CreditLine>? Lines = null, string? Notes = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class CreditInvoiceValidator : AbstractValidator<CreditInvoice>
{
    public CreditInvoiceValidator()
    {
        RuleFor(c => c.Notes).Must(notes => notes is null || !Characters.Exceed(notes, 20_000)).WithMessage("must be at most 20000 characters");
        RuleFor(c => c.Lines).Custom((lines, context) =>
        {
            if (lines is { Count: 0 }) context.AddFailure("lines", "must not be empty: leave it out to take everything back");
            for (var i = 0; i < (lines?.Count ?? 0); i++)
                if (lines![i].Quantity is { } quantity && (quantity <= 0 || decimal.Round(quantity, 6) != quantity)) context.AddFailure($"lines[{i}].quantity", "must be above 0 and have at most 6 decimals");
        });
    }
}

internal sealed class CreditInvoiceHandler(IRepository<Invoice> invoices, IReadDb db, INumbers numbers, IRequestContext context, TimeProvider clock) : ICommandHandler<CreditInvoice, Guid>
{
    // The invoice is held: nobody else credits it meanwhile.
    private const string Before = """
        select l.source_item_id as LineItemId, -sum(l.quantity) as Quantity, -sum(l.net_amount) as Net
        from crm_read.invoices i
        join crm_read.invoice_line_items l on l.tenant_id = @TenantId and l.invoice_id = i.id and l.deleted_at is null
        where i.tenant_id = @TenantId and i.credited_invoice_id = @Id and i.deleted_at is null
        group by l.source_item_id
        """;

    private const string TaxesBefore = """
        select x.category as Category, x.percent as Percent, -sum((x.taxable ->> 'amount')::numeric) as Taxable, -sum((x.tax ->> 'amount')::numeric) as Tax
        from crm_read.invoices i
        cross join lateral jsonb_to_recordset(i.taxes) as x(category text, percent numeric, taxable jsonb, tax jsonb)
        where i.tenant_id = @TenantId and i.credited_invoice_id = @Id and i.deleted_at is null
        group by x.category, x.percent
        """;

    public async Task<Guid> Handle(CreditInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        invoice.EnsureCreditable();
        var rows = await db.QueryAsync<Row>(Before, new { command.Id }, ct);
        var taxes = await db.QueryAsync<TaxRow>(TaxesBefore, new { command.Id }, ct);
        var before = new CreditedSoFar(rows.ToDictionary(r => r.LineItemId, r => r.Quantity), rows.Sum(r => r.Net),
            taxes.ToDictionary(t => (Choices.Value<TaxCategory>(t.Category), t.Percent), t => (t.Taxable, t.Tax)));
        var now = clock.GetUtcNow();
        var (today, series) = (TimeZones.DayIn(context.Caller.Tenant.TimeZone, now), invoice.Details.Series);
        var number = InvoiceNumber.Of(series, today.Year, await numbers.NextAsync(InvoiceNumber.Counter(series, today.Year), ct));
        var note = invoice.Credit(Ids.New(now), command.Lines, before, command.Notes, number, today, now);
        invoices.Add(note);
        return note.Id;
    }

    private sealed record Row(Guid LineItemId, decimal Quantity, decimal Net);

    private sealed record TaxRow(string Category, decimal Percent, decimal Taxable, decimal Tax);
}
