using Crm.Application.Abstractions;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.Contacts;
using FluentValidation;

namespace Crm.Application.Contacts;

/// <summary>Adds a contact.</summary>
[Requires(Permissions.ContactsWrite)]
public sealed record CreateContact(ContactDetails Details) : ICommand<Guid>;

internal sealed class CreateContactValidator : AbstractValidator<CreateContact>
{
    public CreateContactValidator(ContactResource contacts) => RuleFor(c => c.Details).Meets(contacts);
}

internal sealed class CreateContactHandler(IRepository<Contact> contacts, TimeProvider clock) : ICommandHandler<CreateContact, Guid>
{
    public Task<Guid> Handle(CreateContact command, CancellationToken ct)
    {
        var contact = Contact.Add(Ids.New(clock.GetUtcNow()), command.Details);
        contacts.Add(contact);
        return Task.FromResult(contact.Id);
    }
}
