using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Companies;
using FluentValidation;

namespace Crm.Application.Companies;

/// <summary>Adds a company.</summary>
[Requires(Permissions.CompaniesWrite)]
public sealed record CreateCompany(CompanyDetails Details) : ICommand<Guid>;

internal sealed class CreateCompanyValidator : AbstractValidator<CreateCompany>
{
    public CreateCompanyValidator(CompanyResource companies) => RuleFor(c => c.Details).Meets(companies);
}

internal sealed class CreateCompanyHandler(IRepository<Company> companies, TimeProvider clock) : ICommandHandler<CreateCompany, Guid>
{
    public Task<Guid> Handle(CreateCompany command, CancellationToken ct)
    {
        var company = Company.Add(Ids.New(clock.GetUtcNow()), command.Details);
        companies.Add(company);
        return Task.FromResult(company.Id);
    }
}
