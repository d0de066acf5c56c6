using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Deals;
using Crm.Domain.Common;
using Crm.Domain.Companies;
using Crm.Domain.Contacts;
using Crm.Domain.Customers;
using Crm.Domain.Deals;
using Crm.Domain.Leads;
using FluentValidation;

namespace Crm.Application.Leads;

/// <summary>What became of a lead; null where nothing was asked for or there was nothing to make it of.</summary>
/// <param name="LeadId">The lead that was converted.</param>
/// <param name="CustomerId">The customer it became.</param>
/// <param name="CompanyId">The company that was linked or made.</param>
/// <param name="ContactId">The contact that was linked or made.</param>
/// <param name="DealId">The deal that was made.</param>
public sealed record Conversion(Guid LeadId, Guid CustomerId, Guid? CompanyId, Guid? ContactId, Guid? DealId);

/// <summary>
/// Turns a lead into a customer with a contact and, when the lead names a company, that company; on request with a deal. Once
/// (product.md §3). A company of exactly that name is linked rather than made again; so is a contact of the named customer with the
/// lead's e-mail.
/// </summary>
/// <param name="Id">The lead.</param>
/// <param name="CreateDeal">Whether to open a deal; false, when absent.</param>
/// <param name="DealTitle">The deal's title; the lead's name, when absent. Only with createDeal.</param>
/// <param name="PipelineId">The deal's pipeline; the default one, when absent. Only with createDeal.</param>
/// <param name="CustomerId">A customer there is already, which stays as it is; a new one, when absent.</param>
[Requires(Permissions.LeadsWrite)]
public sealed record ConvertLead(Guid Id, [Example("true")] bool CreateDeal = false, string? DealTitle = null, Guid? PipelineId = null, Guid? CustomerId = null)
    : ICommand<Conversion>, IAuditedSubject
{
    /// <summary>The new customer's id in the registry service, when there is one.</summary>
    internal string? RegistryId { get; set; }

    string? IAuditedSubject.Resource => "leads";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ConvertLeadValidator : AbstractValidator<ConvertLead>
{
    // A conversion happens once: what is said about a deal that nobody asked for must not be lost in silence.
    private const string NoDeal = "goes only with \"createDeal\": true";

    public ConvertLeadValidator()
    {
        RuleFor(c => c.DealTitle).Must(t => t is null || (t.Length > 0 && !Characters.Exceed(t, 300))).WithMessage("must be 1 to 300 characters");
        RuleFor(c => c.DealTitle).Null().When(c => !c.CreateDeal).WithMessage(NoDeal);
        RuleFor(c => c.PipelineId).Null().When(c => !c.CreateDeal).WithMessage(NoDeal);
    }
}

internal sealed class ConvertLeadHandler(IRepository<Lead> leads, IRepository<Customer> customers, IRepository<Company> companies, IRepository<Contact> contacts,
    IRepository<Deal> deals, DealSettings settings, ConversionMatches matches, INumbers numbers, TimeProvider clock) : ICommandHandler<ConvertLead, Conversion>
{
    public async Task<Conversion> Handle(ConvertLead command, CancellationToken ct)
    {
        var lead = await leads.GetAsync(command.Id, ct);
        lead.EnsureOpen();
        var (stated, now) = (lead.Details, clock.GetUtcNow());
        var match = await matches.OfAsync(stated, command.CustomerId, ct);
        match.EnsureEmailIsFree(command.CustomerId);
        var existing = command.CustomerId is { } named ? await customers.FindAsync(named, ct) ?? throw LeadErrors.NoCustomer() : null;
        var company = existing?.Details.CompanyId ?? match.CompanyId ?? Add(companies, LeadConversion.CompanyOf(stated) is { } details ? Company.Add(Ids.New(now), details) : null);
        var customer = existing?.Id ?? Add(customers, Customer.Open(Ids.New(now), await numbers.NextAsync("customer", ct), LeadConversion.CustomerOf(stated, company), command.RegistryId))!.Value;
        var contact = match.ContactId ?? Add(contacts, Contact.Add(Ids.New(now), LeadConversion.ContactOf(stated, customer, company)));
        var deal = command.CreateDeal ? await OpenDealAsync(command, stated, customer, contact, company, ct) : null;
        lead.Convert(customer, company, contact, deal, now);
        return new Conversion(lead.Id, customer, company, contact, deal);
    }

    private async Task<Guid?> OpenDealAsync(ConvertLead command, LeadDetails lead, Guid customer, Guid? contact, Guid? company, CancellationToken ct)
    {
        var details = LeadConversion.DealOf(command.Id, lead, command.DealTitle, command.PipelineId) with { CustomerId = customer, ContactId = contact, CompanyId = company };
        var setting = await settings.OfAsync(null, details, ct);
        return Add(deals, Deal.Open(Ids.New(setting.Now), details, setting));
    }

    private static Guid? Add<T>(IRepository<T> repository, T? record) where T : AggregateRoot
    {
        if (record is not null) repository.Add(record);
        return record?.Id;
    }
}
