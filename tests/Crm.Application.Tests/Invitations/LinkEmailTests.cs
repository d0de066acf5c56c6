using Crm.Application.Identity;
using Crm.Application.Invitations;

namespace Crm.Application.Tests.Invitations;

/// <summary>The texts of e-mails that carry links.</summary>
public sealed class LinkEmailTests
{
    [Fact]
    public void With_a_web_application_the_e_mail_has_its_link()
    {
        var (subject, text) = InvitationEmail.Write("en", "Analytical Ltd", "Grace", "Ada Byron", "https://crm.example.com/accept-invitation?token=t0ken", "t0ken");
        subject.ShouldBe("You are invited to Analytical Ltd");
        text.ShouldContain("Ada Byron invites you to join Analytical Ltd.");
        text.ShouldContain("Accept here:\nhttps://crm.example.com/accept-invitation?token=t0ken\n");
        PasswordResetEmail.Write("en", "Analytical Ltd", "https://crm.example.com/reset-password?token=t0ken", "t0ken").Text.ShouldContain("https://crm.example.com/reset-password?token=t0ken\n");
    }

    [Fact]
    public void Without_one_it_has_the_token_on_a_line_of_its_own()
    {
        InvitationEmail.Write("en", "Analytical Ltd", null, null, null, "t0ken").Text.ShouldContain("\nt0ken\n");
        PasswordResetEmail.Write("bg", "Аналитик ООД", null, "t0ken").Text.ShouldContain("\nt0ken\n");
    }

    [Fact]
    public void Who_has_no_name_yet_is_greeted_all_the_same()
    {
        InvitationEmail.Write("bg", "Аналитик ООД", null, null, null, "t0ken").Text.ShouldStartWith("Здравейте,\n\nАналитик ООД Ви кани да се присъедините към Аналитик ООД.");
        InvitationEmail.Write("en", "Analytical Ltd", "Grace", null, null, "t0ken").Text.ShouldStartWith("Hello Grace,");
    }
}
