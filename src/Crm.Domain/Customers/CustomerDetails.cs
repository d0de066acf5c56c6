using Crm.Domain.Common;

namespace Crm.Domain.Customers;

/// <summary>Where a customer stands.</summary>
public enum CustomerStatus
{
    /// <summary>Has not bought yet.</summary>
    Prospect,
    /// <summary>Buys.</summary>
    Active,
    /// <summary>Buys no more.</summary>
    Inactive,
}

/// <summary>What users state about a customer (product.md §2).</summary>
public record CustomerDetails : RecordDetails
{
    /// <summary>The person's or organization's name, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>E-mail in lower case; no two living customers of a tenant share one.</summary>
    public EmailAddress? Email { get; init; }
    /// <summary>Phone as it was typed; looked up by its digits.</summary>
    public PhoneNumber? Phone { get; init; }
    /// <summary>Mobile phone, likewise.</summary>
    public PhoneNumber? Mobile { get; init; }
    /// <summary>The company's name, when it is no record of its own.</summary>
    public string? Company { get; init; }
    /// <summary>The company, when it is.</summary>
    public Guid? CompanyId { get; init; }
    /// <summary>Tax number.</summary>
    public string? TaxNumber { get; init; }
    /// <summary>Street and number, at most 2,000 characters.</summary>
    public string? Address { get; init; }
    /// <summary>City.</summary>
    public string? City { get; init; }
    /// <summary>Region.</summary>
    public string? Region { get; init; }
    /// <summary>Postal code.</summary>
    public string? PostalCode { get; init; }
    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }
    /// <summary>The salesperson.</summary>
    public Guid? OwnerId { get; init; }
    /// <summary>Where the customer stands.</summary>
    public CustomerStatus Status { get; init; } = CustomerStatus.Active;
    /// <summary>How much may be owed, never negative.</summary>
    public Money? CreditLimit { get; init; }
    /// <summary>When invoices are due.</summary>
    public string PaymentTerms { get; init; } = "Net 30";
    /// <summary>Whether one does business with the customer.</summary>
    public bool IsActive { get; init; } = true;
    /// <summary>Whether the organization's schedule sends no reminders of late invoices.</summary>
    public bool RemindersPaused { get; init; }
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Notes { get; init; }
}
