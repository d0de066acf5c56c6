using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.RecurringInvoices;

/// <summary>An invoice that was made of a recurring one.</summary>
/// <param name="Id">The invoice.</param>
/// <param name="Period">The how manieth period it is of, from 1.</param>
/// <param name="Number">Its number; null while it is a draft.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Total">What it comes to, with tax.</param>
/// <param name="DueTotal">What is still to be paid.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record MadeInvoice(Guid Id, int Period, string? Number, InvoiceStatus Status, Money Total, Money DueTotal, DateTimeOffset CreatedAt);

/// <summary>The invoices that were made of a recurring one, newest first.</summary>
[Requires(Permissions.RecurringInvoicesRead)]
public sealed record ListRecurringInvoiceInvoices(Guid Id, PageRequest Page) : IQuery<DataPage<MadeInvoice>>;

internal sealed class ListRecurringInvoiceInvoicesHandler(RecordReader records, RecurringInvoiceResource recurring, IReadDb db) : IQueryHandler<ListRecurringInvoiceInvoices, DataPage<MadeInvoice>>
{
    private const string Sql = """
        select i.id as Id, i.recurrence as Period, i.number as Number, i.status as Status, i.total_amount as Amount, i.due_total_amount as Due, i.currency as Currency, i.created_at as CreatedAt
        from crm_read.invoices i
        where i.tenant_id = @TenantId and i.recurring_invoice_id = @Id and i.recurrence < @Before and i.deleted_at is null order by i.recurrence desc offset @Skip limit @Limit
        """;

    public async Task<DataPage<MadeInvoice>> Handle(ListRecurringInvoiceInvoices query, CancellationToken ct)
    {
        var page = query.Page;
        var before = page.Cursor is null ? int.MaxValue : PeriodOf(page.Cursor);
        if (await records.FindAsync(recurring, query.Id, new ListRequest { Fields = [recurring.Find("id")!] }, ct) is null) throw CrmException.NotFound(recurring.Singular);
        var rows = await db.QueryAsync<Row>(Sql, new { query.Id, Before = before, page.Skip, Limit = page.Take + 1 }, ct);
        var next = rows.Count > page.Take ? $"p{rows[page.Take - 1].Period.ToString(CultureInfo.InvariantCulture)}" : null;
        return new DataPage<MadeInvoice>([.. rows.Take(page.Take).Select(Of)], new PageMeta(page.Skip, page.Take, null, false, next));
    }

    private static MadeInvoice Of(Row row) => new(row.Id, row.Period, row.Number, Choices.TryParse(typeof(InvoiceStatus), row.Status, out var status) ? (InvoiceStatus)status! : default,
        Money.Of(row.Amount, row.Currency), Money.Of(row.Due, row.Currency), row.CreatedAt);

    private static int PeriodOf(string cursor) => cursor.StartsWith('p') && int.TryParse(cursor.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var period)
        ? period : throw QueryErrors.Invalid("cursor", "is not a cursor of this list");

    private sealed record Row(Guid Id, int Period, string? Number, string Status, decimal Amount, decimal Due, string Currency, DateTime CreatedAt);
}
