using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Deals;

namespace Crm.Application.Approvals;

/// <summary>Finds how far deals are below the prices of their products today.</summary>
public sealed class DealDiscounts(IRepository<Deal> deals, IReadDb db) : ISharedByUseCases
{
    private const string Sql = """
        select p.id as Id, p.price_amount as Amount, p.price_currency as Currency
        from crm_read.products p where p.tenant_id = @TenantId and p.id = any(@Ids) and p.price_amount is not null
        """;

    /// <summary>The discount of a deal as this command leaves it, in percent; null when there is nothing to compare (<see cref="DealDiscount.Of"/>).</summary>
    public async Task<decimal?> OfAsync(Guid dealId, CancellationToken ct)
    {
        if (await deals.FindAsync(dealId, ct) is not { Details: { Value: not null, LineItems.Count: > 0 } deal }) return null;
        var prices = await db.QueryAsync<ListPrice>(Sql, new { Ids = deal.LineItems.Select(l => l.ProductId).Distinct().ToArray() }, ct);
        return DealDiscount.Of(deal, prices.ToDictionary(p => p.Id, p => Money.Of(p.Amount, p.Currency)));
    }

    private sealed record ListPrice(Guid Id, decimal Amount, string Currency);
}
