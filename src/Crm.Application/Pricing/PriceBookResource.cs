using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Pricing;

namespace Crm.Application.Pricing;

/// <summary>The declaration of price books; every member of the tenant sees them.</summary>
public sealed class PriceBookResource : Resource<PriceBook, PriceBookDetails>
{
    /// <summary>Declares the members.</summary>
    public PriceBookResource() : base("price-books", "price book")
    {
        AreIndependent = true;
        Text(x => x.Name).Required().Search().Sort().Says("What it is called.", "\"Wholesale 2026\"");
        Text(x => x.Currency).Required().Must(Currency.IsKnown, "must be an ISO 4217 code").Says("The currency of its prices.", "\"EUR\"");
        Date(x => x.ValidFrom).Says("The first day of its prices; from ever, when absent.", "\"2026-01-01\"");
        Date(x => x.ValidTo).Says("The last day of its prices; for good, when absent.");
        Reference(x => x.CustomerId, "customers").Says("The one customer it is for.");
        Text(x => x.Segment).Limit(50).Says("The customers it is for: those that carry this tag. With neither customer nor segment it is for everybody.", "\"wholesale\"");
        Integer(x => x.Priority).NotNull().Between(-1_000_000, 1_000_000).Sort().Says("Which of several goes first: the higher.", "10");
        Boolean(x => x.IsActive).Says("Whether its prices count.", "true");
        Text(x => x.Description).Limit(20_000).Search().NoFilter().Says("Free text.", "\"Agreed at the fair\"");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(PriceBookDetails details) => new CreatePriceBook(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<PriceBookDetails> patch) => new UpdatePriceBook(id, patch);
}

/// <summary>A price book's own members, as events carry them.</summary>
public sealed record PriceBookState : PriceBookDetails;

internal sealed class PriceBookStateProfile : StateProfile<PriceBook, PriceBookDetails, PriceBookState>;
