using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Deals;

namespace Crm.Application.Approvals;

/// <summary>
/// Refuses to win a deal that is worth more than the organization's limit, unless its worth has been approved. An amount in another currency than the limit's cannot
/// be compared with it and needs approval, too. Who asked for it and approved it himself has approved nothing.
/// </summary>
internal sealed class RequireApprovalWhenDealWon(IReadDb db) : IDomainEventHandler<DealWon>
{
    private const string Sql = """
        select s.deal_approval_above_amount as Above, s.deal_approval_above_currency as Currency,
          exists (select from crm_read.approvals a where a.tenant_id = @TenantId and a.resource = 'deals' and a.record_id = @DealId and a.status = 'APPROVED' and a.deleted_at is null
            and (a.amount_amount is null or a.amount_currency = @ValueCurrency and a.amount_amount >= @Value)
            and exists (select from jsonb_array_elements(a.votes) v where v ->> 'act' = 'APPROVED' and v ->> 'memberId' is distinct from a.requester_id::text)) as IsApproved
        from crm_read.tenant_settings s where s.tenant_id = @TenantId and s.deal_approval_above_amount is not null
        """;

    public async Task HandleAsync(DealWon happened, CancellationToken ct)
    {
        if (happened.Value is not { } value) return;
        if (await db.FirstOrDefaultAsync<Limit>(Sql, new { happened.DealId, Value = value.Amount, ValueCurrency = value.Currency }, ct) is not { IsApproved: false } limit) return;
        if (value.Currency == limit.Currency && value.Amount <= limit.Above) return;
        var what = value.Currency == limit.Currency ? $"A deal worth more than {limit.Above} {limit.Currency}" : $"A deal in another currency than {limit.Currency}, in which the limit is,";
        throw CrmException.Conflict("APPROVAL_REQUIRED", $"{what} is won with an approval only. Ask for one: POST /approvals.");
    }

    private sealed record Limit(decimal Above, string Currency, bool IsApproved);
}
