using Crm.Domain.Common;

namespace Crm.Domain.Contacts;

/// <summary>What users state about a contact (product.md §2).</summary>
public record ContactDetails : RecordDetails
{
    /// <summary>First name, at most 300 characters.</summary>
    public string? FirstName { get; init; }
    /// <summary>Last name, 1–300 characters.</summary>
    public required string LastName { get; init; }
    /// <summary>E-mail addresses in lower case, the one to write to first.</summary>
    public ValueList<EmailAddress> Emails { get; init; } = [];
    /// <summary>Phones as they were typed; each is looked up by its digits.</summary>
    public ValueList<PhoneNumber> Phones { get; init; } = [];
    /// <summary>Job title, at most 300 characters.</summary>
    public string? JobTitle { get; init; }
    /// <summary>The company the contact works for.</summary>
    public Guid? CompanyId { get; init; }
    /// <summary>The customer the contact speaks for.</summary>
    public Guid? CustomerId { get; init; }
    /// <summary>Profiles by network.</summary>
    public TextMap SocialLinks { get; init; } = TextMap.Empty;
    /// <summary>The language to speak.</summary>
    public string? Language { get; init; }
    /// <summary>Who looks after the contact.</summary>
    public Guid? OwnerId { get; init; }
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Notes { get; init; }
}

/// <summary>A person one speaks to.</summary>
public sealed class Contact : Record<Contact, ContactDetails>
{
    private Contact() { }

    /// <inheritdoc/>
    public override Guid? OwnerId => Details.OwnerId;

    /// <summary>Adds a contact. Raises <see cref="Created{Contact}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED: no last name.</exception>
    public static Contact Add(Guid id, ContactDetails details)
    {
        var contact = new Contact { Id = id };
        contact.Begin(details);
        return contact;
    }

    /// <inheritdoc/>
    protected override void Guard(ContactDetails? before, ContactDetails after) => Require.Text(after.LastName, "lastName");
}
