using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Pricing;

namespace Crm.Application.Pricing;

/// <summary>Changes what is stated about a price book.</summary>
[Requires(Permissions.PriceBooksWrite)]
public sealed record UpdatePriceBook(Guid Id, Patch<PriceBookDetails> Changes) : ChangesRecord<PriceBook, PriceBookDetails>(Id, Changes);

internal sealed class UpdatePriceBookHandler(IRepository<PriceBook> books) : RevisesRecord<UpdatePriceBook, PriceBook, PriceBookDetails>(books);
