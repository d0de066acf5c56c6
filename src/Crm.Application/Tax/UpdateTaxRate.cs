using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Commerce;

namespace Crm.Application.Tax;

/// <summary>Changes what is stated about a rate of tax. DUPLICATE when there is another for the same place and class of goods on one of its days.</summary>
[Requires(Permissions.TaxRatesWrite)]
public sealed record UpdateTaxRate(Guid Id, Patch<TaxRateDetails> Changes) : ChangesRecord<TaxRate, TaxRateDetails>(Id, Changes);

internal sealed class UpdateTaxRateHandler(IRepository<TaxRate> rates) : RevisesRecord<UpdateTaxRate, TaxRate, TaxRateDetails>(rates);
