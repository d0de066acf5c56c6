using Crm.Application.Customers;

namespace Crm.Application.Tests.Customers;

public sealed class WelcomeEmailTests
{
    [Theory]
    [InlineData("en", "Welcome to Org", "Dear Ada Byron,", "number is C-000001")]
    [InlineData("bg", "Добре дошли в Org", "Здравейте, Ada Byron,", "номер е C-000001")]
    public void It_is_written_in_the_tenants_language(string language, string subject, string greeting, string number)
    {
        var email = WelcomeEmail.Write(language, "Org", "Ada Byron", "C-000001");

        email.Subject.ShouldBe(subject);
        email.Text.ShouldStartWith(greeting);
        email.Text.ShouldContain(number);
        email.Text.ShouldEndWith("Org\n");
    }
}
