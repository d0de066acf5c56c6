using Crm.Application.Abstractions;
using Crm.Application.Schedules;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>Open invoices are OVERDUE once the day they were due is over in the organization's zone: zones begin their days on quarters of an hour.</summary>
internal sealed class MarkOverdueInvoices(IReadDb db, IRepository<Invoice> invoices, IUnitOfWork unit, IRequestContext context) : ITenantSchedule
{
    private const int Piece = 200;

    internal const string Sql = """
        select i.id as Id from crm_read.invoices i
        where i.tenant_id = @TenantId and i.status in ('SENT', 'PARTIALLY_PAID') and i.due_date < @Today and i.deleted_at is null order by i.id
        """;

    public string Name => "invoices.overdue";

    public TimeSpan Every => TimeSpan.FromMinutes(15);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        var today = TimeZones.DayIn(context.Caller.Tenant.TimeZone, due);
        foreach (var piece in (await db.QueryAsync<Row>(Sql, new { Today = today }, ct)).Chunk(Piece))
        {
            foreach (var row in piece)
                if (await invoices.FindAsync(row.Id, ct) is { } invoice) invoice.FallOverdue(today);
            await unit.SaveAsync(ct);
        }
    }

    private sealed record Row(Guid Id);
}
