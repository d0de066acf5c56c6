using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Resources;
using Crm.Domain.Contacts;

namespace Crm.Application.Contacts;

/// <summary>The declaration of contacts.</summary>
public sealed class ContactResource : Resource<Contact, ContactDetails>
{
    /// <summary>Declares the members.</summary>
    public ContactResource() : base("contacts", "contact")
    {
        LimitName = "contacts";
        OwnerColumn = "owner_id";
        LinkColumn = "contact_id";
        AreIndependent = true;
        Text(x => x.FirstName).Search().Sort().Says("First name.", "\"Ada\"");
        Text(x => x.LastName).Required().Search().Sort().Says("Last name.", "\"Byron\"");
        Other(x => x.Emails, Resources.FieldKind.Emails).NotNull().Search().Says("In lower case, the one to write to first; a filter matches any.", """["ada.byron@example.com"]""");
        Other(x => x.Phones, Resources.FieldKind.Phones).NotNull().Search().Says("As typed; a filter matches any by its digits.", """["+44 20 7946 0958"]""");
        Text(x => x.JobTitle).Search().Sort().Says("The job title.", "\"Countess\"");
        Reference(x => x.CompanyId, "companies").Says("The company the contact works for.");
        Reference(x => x.CustomerId, "customers").Says("The customer the contact speaks for.");
        Other(x => x.SocialLinks, Resources.FieldKind.Map).NotNull().NoFilter().Says("Profiles by network.", """{"linkedin": "https://example.com/in/ada"}""");
        Text(x => x.Language).Sort().Says("The language to speak.", "\"en\"");
        Reference(x => x.OwnerId, "team/members").CallerByDefault().Says("Who looks after the contact; you, when absent.");
        Text(x => x.Notes).Limit(20_000).Search().NoFilter().Says("Free text.", "\"Met at the fair\"");
        Common();
    }

    /// <inheritdoc/>
    protected override ICommand<Guid> Create(ContactDetails details) => new CreateContact(details);

    /// <inheritdoc/>
    protected override ICommand<Guid> Update(Guid id, Patch<ContactDetails> patch) => new UpdateContact(id, patch);
}

/// <summary>A contact's own members, as events carry them.</summary>
public sealed record ContactState : ContactDetails;

internal sealed class ContactStateProfile : StateProfile<Contact, ContactDetails, ContactState>;
