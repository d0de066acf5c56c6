using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Deals;

namespace Crm.Application.Commerce;

/// <summary>What documents take from the deal they come from: the prices that were agreed; what it leaves open is found as on any document.</summary>
internal static class DealLines
{
    /// <summary>The deal's lines.</summary>
    public static ValueList<DocumentItem> Of(DealDetails deal) => ValueList.Of(deal.LineItems.Select(line =>
        new DocumentItem { ProductId = line.ProductId, Description = line.Description, Quantity = line.Quantity, UnitPrice = line.UnitPrice }));

    /// <summary>The currency that was agreed on, if one was.</summary>
    public static string? Currency(DealDetails deal) => deal.LineItems.Select(line => line.UnitPrice?.Currency).FirstOrDefault(currency => currency is not null) ?? deal.Value?.Currency;

    /// <summary>Refuses a deal that comes to nothing.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is lost, or has no lines.</exception>
    public static void EnsureThere(Deal deal)
    {
        if (deal.Status == DealStatus.Lost) throw CrmException.Conflict("INVALID_STATE", "The deal is lost.");
        if (deal.Details.LineItems.Count == 0) throw CrmException.Conflict("INVALID_STATE", "The deal has no lines.");
    }

    /// <summary>Who buys.</summary>
    /// <exception cref="CrmException">UNPROCESSABLE: the deal says nothing of it.</exception>
    public static Guid Customer(DealDetails deal) => deal.CustomerId ?? throw CrmException.Unprocessable("customerId", "is required: the deal has no customer");
}
