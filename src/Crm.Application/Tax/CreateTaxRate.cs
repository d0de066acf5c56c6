using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Commerce;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Tax;

/// <summary>Enacts a new rate of tax. DUPLICATE when there is another for the same place and class of goods on one of its days.</summary>
[Requires(Permissions.TaxRatesWrite)]
public sealed record CreateTaxRate(TaxRateDetails Details) : ICommand<Guid>;

internal sealed class CreateTaxRateValidator : AbstractValidator<CreateTaxRate>
{
    public CreateTaxRateValidator(TaxRateResource rates) => RuleFor(c => c.Details).Meets(rates);
}

internal sealed class CreateTaxRateHandler(IRepository<TaxRate> rates, TimeProvider clock) : ICommandHandler<CreateTaxRate, Guid>
{
    public Task<Guid> Handle(CreateTaxRate command, CancellationToken ct)
    {
        var rate = TaxRate.Enact(Ids.New(clock.GetUtcNow()), command.Details);
        rates.Add(rate);
        return Task.FromResult(rate.Id);
    }
}
