using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Pricing;

namespace Crm.Application.Pricing;

/// <summary>Changes what is stated about a price. DUPLICATE when the book has one for the product and quantity.</summary>
[Requires(Permissions.PriceBooksWrite)]
public sealed record UpdatePrice(Guid Id, Patch<PriceDetails> Changes) : ChangesRecord<Price, PriceDetails>(Id, Changes);

internal sealed class UpdatePriceHandler(IRepository<Price> prices) : RevisesRecord<UpdatePrice, Price, PriceDetails>(prices);
