using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Companies;

namespace Crm.Application.Companies;

/// <summary>Changes what is stated about a company.</summary>
[Requires(Permissions.CompaniesWrite)]
public sealed record UpdateCompany(Guid Id, Patch<CompanyDetails> Changes) : ChangesRecord<Company, CompanyDetails>(Id, Changes);

internal sealed class UpdateCompanyHandler(IRepository<Company> companies) : ICommandHandler<UpdateCompany, Guid>
{
    public async Task<Guid> Handle(UpdateCompany command, CancellationToken ct)
    {
        var company = await companies.GetAsync(command.Id, ct);
        company.Revise(command.Changes.ApplyTo(company.Details));
        return company.Id;
    }
}
