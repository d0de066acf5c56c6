using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Companies;

namespace Crm.Application.Companies;

/// <summary>Changes what is stated about a company.</summary>
[Requires(Permissions.CompaniesWrite)]
public sealed record UpdateCompany(Guid Id, Patch<CompanyDetails> Changes) : ChangesRecord<Company, CompanyDetails>(Id, Changes);

internal sealed class UpdateCompanyHandler(IRepository<Company> companies) : RevisesRecord<UpdateCompany, Company, CompanyDetails>(companies);
