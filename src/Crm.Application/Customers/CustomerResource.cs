using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Customers;

namespace Crm.Application.Customers;

/// <summary>The declaration of customers.</summary>
public sealed class CustomerResource : Resource<Customer, CustomerDetails>
{
    /// <summary>Declares the members.</summary>
    public CustomerResource() : base("customers", "customer")
    {
        LimitName = "customers";
        OwnerColumn = "owner_id";
        LinkColumn = "customer_id";
        AreIndependent = true;
        TimelineIncludes = [("deals", "customer_id"), ("contacts", "customer_id"), ("leads", "customer_id")];
        KeptBy = [("deals", "customer_id"), ("invoices", "customer_id"), ("orders", "customer_id"), ("offers", "customer_id"), ("recurring_invoices", "customer_id"), ("payments", "customer_id")];
        ReadOnly("number", Resources.FieldKind.Text).NotNull().Search().Sort().Says("The account's number in your organization.", "\"C-000001\"");
        Text(x => x.Name).Required().Search().Sort().Says("The person's or organization's name.", "\"Analytical Ltd\"");
        Email(x => x.Email).Search().Sort().Says("Unique; compared and kept in lower case.", "\"ada.byron@example.com\"");
        Phone(x => x.Phone).Search().Says("As typed; looked up by its digits.", "\"+44 20 7946 0958\"");
        Phone(x => x.Mobile).Search().Says("As typed; looked up by its digits.", "\"+44 7700 900123\"");
        Text(x => x.Company).Search().Sort().Says("The company's name, when it is no record of its own.", "\"Analytical Ltd\"");
        Reference(x => x.CompanyId, "companies").ExpandsAs("linkedCompany").Says("The company, when it is one; expanded as linkedCompany.");
        Text(x => x.TaxNumber).Search().Says("Tax number.", "\"GB123456789\"");
        Text(x => x.Address).Limit(2_000).Search().Says("Street and number.", "\"12 St James's Square\"");
        Text(x => x.City).Search().Sort().Says("City.", "\"London\"");
        Text(x => x.Region).Search().Sort().Says("Region.", "\"Greater London\"");
        Text(x => x.PostalCode).Search().Says("Postal code.", "\"SW1Y 4JH\"");
        Text(x => x.Country).IsCountry().Sort();
        Reference(x => x.OwnerId, "team/members").CallerByDefault().Says("The salesperson; you, when absent.");
        Choice(x => x.Status).Says("Where the customer stands.", "\"ACTIVE\"");
        Money(x => x.CreditLimit).Between(0, null).Sort().Says("How much may be owed.", """{"amount": 5000.00, "currency": "EUR"}""");
        Text(x => x.PaymentTerms).NotNull().Says("When invoices are due.", "\"Net 30\"");
        Boolean(x => x.IsActive).Says("Whether one does business with the customer.", "true");
        Boolean(x => x.RemindersPaused).Says("Whether late invoices are not reminded of by themselves.", "false");
        Text(x => x.Notes).Limit(20_000).Search().NoFilter().Says("Free text.", "\"Pays early\"");
        ReadOnly("registryId", Resources.FieldKind.Text).Says("The customer's id in the registry service.", "\"R-17\"");
        ReadOnly("lastContactDate", Resources.FieldKind.Date).Sort().Says("The day of the last activity, in your organization's time zone.", "\"2026-03-01\"");
        ReadOnly("wonValue", Resources.FieldKind.Money).Sort().Says("The total of won deals in your organization's currency.", """{"amount": 12500.50, "currency": "EUR"}""");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(CustomerDetails details) => new CreateCustomer(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<CustomerDetails> patch) => new UpdateCustomer(id, patch);
}

/// <summary>A customer's own members, as events carry them.</summary>
public sealed record CustomerState : CustomerDetails
{
    /// <summary>The account's number.</summary>
    public string Number { get; init; } = "";
    /// <summary>The customer's id in the registry service.</summary>
    public string? RegistryId { get; init; }
}

internal sealed class CustomerStateProfile : StateProfile<Customer, CustomerDetails, CustomerState>;
