using Crm.Application.Abstractions;
using Crm.Application.Schedules;
using Crm.Domain.Common;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>Open offers are EXPIRED once their last day is over in the organization's zone: zones begin their days on quarters of an hour.</summary>
internal sealed class ExpireOffers(IReadDb db, IRepository<Offer> offers, IUnitOfWork unit, IRequestContext context) : ITenantSchedule
{
    private const int Piece = 200;

    private const string Sql = "select o.id as Id from crm_read.offers o where o.tenant_id = @TenantId and o.status = 'SENT' and o.valid_until < @Today and o.deleted_at is null order by o.id";

    public string Name => "offers.expire";

    public TimeSpan Every => TimeSpan.FromMinutes(15);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        var today = TimeZones.DayIn(context.Caller.Tenant.TimeZone, due);
        foreach (var piece in (await db.QueryAsync<Row>(Sql, new { Today = today }, ct)).Chunk(Piece))
        {
            foreach (var row in piece)
                if (await offers.FindAsync(row.Id, ct) is { } offer) offer.Expire(today, due);
            await unit.SaveAsync(ct);
        }
    }

    private sealed record Row(Guid Id);
}
