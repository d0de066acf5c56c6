using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Records;
using Crm.Domain.Contacts;

namespace Crm.Application.Contacts;

/// <summary>Changes what is stated about a contact.</summary>
[Requires(Permissions.ContactsWrite)]
public sealed record UpdateContact(Guid Id, Patch<ContactDetails> Changes) : ChangesRecord<Contact, ContactDetails>(Id, Changes);

internal sealed class UpdateContactHandler(IRepository<Contact> contacts) : RevisesRecord<UpdateContact, Contact, ContactDetails>(contacts);
