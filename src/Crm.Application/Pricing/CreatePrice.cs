using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Pricing;
using FluentValidation;

namespace Crm.Application.Pricing;

/// <summary>Adds a new price. DUPLICATE when the book has one for the product and quantity.</summary>
[Requires(Permissions.PriceBooksWrite)]
public sealed record CreatePrice(PriceDetails Details) : ICommand<Guid>;

internal sealed class CreatePriceValidator : AbstractValidator<CreatePrice>
{
    public CreatePriceValidator(PriceResource prices) => RuleFor(c => c.Details).Meets(prices);
}

internal sealed class CreatePriceHandler(IRepository<Price> prices, TimeProvider clock) : ICommandHandler<CreatePrice, Guid>
{
    public Task<Guid> Handle(CreatePrice command, CancellationToken ct)
    {
        var made = Price.Set(Ids.New(clock.GetUtcNow()), command.Details);
        prices.Add(made);
        return Task.FromResult(made.Id);
    }
}
