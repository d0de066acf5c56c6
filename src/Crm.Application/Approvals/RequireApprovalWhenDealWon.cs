using System.Globalization;
using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Deals;

namespace Crm.Application.Approvals;

/// <summary>
/// Refuses to win a deal that is worth more, or further below list prices, than the organization's limits, unless that has been approved. An amount in another currency than the limit's cannot
/// be compared with it and needs approval, too. Who asked for it and approved it himself has approved nothing.
/// </summary>
internal sealed class RequireApprovalWhenDealWon(IReadDb db, DealDiscounts discounts) : IDomainEventHandler<DealWon>
{
    private const string Limits = """
        select s.deal_approval_above_amount as Above, s.deal_approval_above_currency as Currency, s.deal_approval_discount_above as DiscountAbove
        from crm_read.tenant_settings s where s.tenant_id = @TenantId and (s.deal_approval_above_amount is not null or s.deal_approval_discount_above is not null)
        """;

    private const string Approved = """
        select 1 from crm_read.approvals a where a.tenant_id = @TenantId and a.resource = 'deals' and a.record_id = @DealId and a.status = 'APPROVED' and a.deleted_at is null
          and (a.amount_amount is null or a.amount_currency = @Currency and a.amount_amount >= @Value)
          and (a.discount_percent is null or a.discount_percent >= @Discount)
          and exists (select from jsonb_array_elements(a.votes) v where v ->> 'act' = 'APPROVED' and v ->> 'memberId' is distinct from a.requester_id::text)
        limit 1
        """;

    public async Task HandleAsync(DealWon happened, CancellationToken ct)
    {
        if (happened.Value is not { } value || await db.FirstOrDefaultAsync<Limit>(Limits, new { }, ct) is not { } limit) return;
        var discount = limit.DiscountAbove is null ? 0 : await discounts.OfAsync(happened.DealId, ct) ?? 0;
        if (Reason(value, discount, limit) is not { } reason) return;
        if (await db.FirstOrDefaultAsync<int?>(Approved, new { happened.DealId, Value = value.Amount, value.Currency, Discount = discount }, ct) is not null) return;
        throw CrmException.Conflict("APPROVAL_REQUIRED", $"{reason} is won with an approval only. Ask for one: POST /approvals.");
    }

    private static string? Reason(Money value, decimal discount, Limit limit) => limit switch
    {
        { Above: not null } when value.Currency != limit.Currency => $"A deal in another currency than {limit.Currency}, in which the limit is,",
        { Above: { } above } when value.Amount > above => $"A deal worth more than {above} {limit.Currency}",
        { DiscountAbove: { } most } when discount > most => string.Create(CultureInfo.InvariantCulture, $"A deal {DealDiscount.Asked(discount)} % below list prices, which is more than {most} %,"),
        _ => null,
    };

    private sealed record Limit(decimal? Above, string? Currency, decimal? DiscountAbove);
}
