using Crm.Domain.Common;
using Crm.Domain.Contacts;

namespace Crm.Domain.Tests.Contacts;

public sealed class ContactTests
{
    [Fact]
    public void A_contact_needs_a_last_name() =>
        Should.Throw<CrmException>(() => Contact.Add(Guid.CreateVersion7(), new ContactDetails { LastName = "" })).Errors!.Keys.ShouldBe(["lastName"]);

    [Fact]
    public void Equal_lists_are_no_change()
    {
        var contact = Contact.Add(Guid.CreateVersion7(), Byron("a@example.com"));
        contact.DrainEvents();

        contact.Revise(Byron("A@example.com"));

        contact.DrainEvents().ShouldBeEmpty();
    }

    [Fact]
    public void A_changed_list_is_named_in_the_event()
    {
        var contact = Contact.Add(Guid.CreateVersion7(), Byron("a@example.com"));
        contact.DrainEvents();

        contact.Revise(Byron("b@example.com"));

        contact.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<Updated<Contact>>().Members.ShouldBe(["emails"]);
    }

    private static ContactDetails Byron(string email) => new() { LastName = "Byron", Emails = [EmailAddress.Parse(email)], Phones = [PhoneNumber.Parse("1")] };
}
