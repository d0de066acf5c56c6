using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Invoices;
using Crm.Application.Schedules;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using Crm.Domain.RecurringInvoices;

namespace Crm.Application.RecurringInvoices;

/// <summary>
/// Makes the invoices whose day has come in the organization's zone, and those whose day went by while nobody was there. Each by itself: what cannot be issued or sent stays a draft, its owner is told,
/// and the others are made.
/// </summary>
internal sealed class MakeRecurringInvoices(IReadDb db, IRepository<RecurringInvoice> recurring, IRepository<Invoice> invoices, InvoiceIssuing issuing, CommandParts parts, IUnitOfWork unit,
    IRequestContext context, TimeProvider clock) : ITenantPieces
{
    // Whoever issues meanwhile waits for the numbers that a piece holds.
    private const int Piece = 20;

    private const string Sql = """
        select r.id as Id from crm_read.recurring_invoices r
        where r.tenant_id = @TenantId and r.status = 'ACTIVE' and r.next_on <= @Today and r.deleted_at is null order by r.next_on, r.id limit @Piece
        """;

    public string Name => "invoices.recurring";

    public TimeSpan Every => TimeSpan.FromMinutes(15);

    public async Task<bool> RunPieceAsync(DateTimeOffset due, CancellationToken ct)
    {
        var (today, left) = (TimeZones.DayIn(context.Caller.Tenant.TimeZone, due), Piece);
        var rows = await db.QueryAsync<Row>(Sql, new { Today = today, Piece }, ct);
        foreach (var row in rows)
            for (; left > 0 && await MakeAsync(row.Id, today, ct) is { } made; left--) await FinishAsync(row.Id, made, ct);
        return left == 0 || rows.Count == Piece;
    }

    /// <summary>The next invoice that is due, as a draft; null when none is, or none could be made.</summary>
    private async Task<Guid?> MakeAsync(Guid id, DateOnly today, CancellationToken ct)
    {
        Invoice? invoice = null;
        var refusal = await parts.TryAsync(async () =>
        {
            var now = clock.GetUtcNow();
            if ((invoice = (await recurring.FindAsync(id, ct))?.Make(Ids.New(now), today, now)) is not null) invoices.Add(invoice);
        }, ct);
        if (refusal is null) return invoice?.Id;
        await FailAsync(id, null, refusal, ct);
        return null;
    }

    private async Task FinishAsync(Guid id, Guid invoiceId, CancellationToken ct)
    {
        if ((await recurring.FindAsync(id, ct))!.Details is not { AutoIssue: true } details) return;
        var refusal = await parts.TryAsync(async () => await issuing.IssueAsync(await invoices.GetAsync(invoiceId, ct), ct), ct);
        if (refusal is null && details.AutoSend) refusal = await parts.TryAsync(async () => (await invoices.GetAsync(invoiceId, ct)).Send(null, clock.GetUtcNow()), ct);
        if (refusal is not null) await FailAsync(id, invoiceId, refusal, ct);
    }

    private async Task FailAsync(Guid id, Guid? invoiceId, CrmException refusal, CancellationToken ct)
    {
        (await recurring.FindAsync(id, ct))!.Fail(invoiceId, refusal);
        await unit.SaveAsync(ct);
    }

    private sealed record Row(Guid Id);
}
