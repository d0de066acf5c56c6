using Crm.Application.Abstractions;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>A reminder that was sent.</summary>
/// <param name="Stage">Its stage, from 1.</param>
/// <param name="SentAt">When it was handed to the mail system.</param>
/// <param name="To">The address.</param>
/// <param name="DaysOverdue">How many days the invoice was late then.</param>
/// <param name="DueTotal">What was still to be paid then.</param>
/// <param name="SentBy">The member who sent it; null when the schedule did.</param>
public sealed record InvoiceReminder(int Stage, DateTimeOffset SentAt, string To, int DaysOverdue, Money DueTotal, Guid? SentBy);

/// <summary>The reminders of an invoice that were sent, the first stage first: at most 10.</summary>
[Requires(Permissions.InvoicesRead)]
public sealed record ListInvoiceReminders(Guid Id) : IQuery<IReadOnlyList<InvoiceReminder>>;

internal sealed class ListInvoiceRemindersHandler(IReadDb db, RecordReader records, InvoiceResource invoices) : IQueryHandler<ListInvoiceReminders, IReadOnlyList<InvoiceReminder>>
{
    private const string Sql = """
        select r.stage as Stage, r.sent_at as SentAt, r.recipient as Recipient, r.days_overdue as DaysOverdue, r.due_amount as Amount, r.due_currency as Currency, r.sent_by as SentBy
        from crm_read.invoice_reminders r where r.tenant_id = @TenantId and r.invoice_id = @Id order by r.stage
        """;

    public async Task<IReadOnlyList<InvoiceReminder>> Handle(ListInvoiceReminders query, CancellationToken ct)
    {
        if (await records.FindAsync(invoices, query.Id, new ListRequest { Fields = [invoices.Find("id")!] }, ct) is null) throw CrmException.NotFound(invoices.Singular);
        return [.. (await db.QueryAsync<Row>(Sql, new { query.Id }, ct)).Select(r => new InvoiceReminder(r.Stage, r.SentAt, r.Recipient, r.DaysOverdue, Money.Total(r.Amount, r.Currency), r.SentBy))];
    }

    private sealed record Row(int Stage, DateTime SentAt, string Recipient, int DaysOverdue, decimal Amount, string Currency, Guid? SentBy);
}

/// <summary>Keeps which reminders were sent.</summary>
public interface IInvoiceReminders
{
    /// <summary>Keeps one, in the transaction that sends it. Each stage of an invoice is there once.</summary>
    Task KeepAsync(InvoiceReminded reminded, CancellationToken ct);
}
