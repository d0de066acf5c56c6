using Crm.Domain.Common;
using Crm.Domain.Invitations;
using Crm.Domain.Members;

namespace Crm.Domain.Tests.Invitations;

public sealed class InvitationTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);
    private static readonly Grantor Owner = new(Role.Owner, new HashSet<string> { "leads.read" }, _ => new HashSet<string> { "leads.read" });

    [Fact]
    public void An_invitation_is_open_for_seven_days()
    {
        var invitation = Send();
        invitation.DrainEvents().Select(e => e.GetType()).ShouldBe([typeof(Created<Invitation>), typeof(InvitationSent)]);
        invitation.ExpiresAt.ShouldBe(Now.AddDays(7));
        invitation.EnsureOpen(Now.AddDays(7).AddTicks(-1));
        Refusal(() => invitation.EnsureOpen(Now.AddDays(7))).Code.ShouldBe("INVALID_STATE");
    }

    [Fact]
    public void It_promises_nothing_its_sender_has_not()
    {
        var user = Owner with { Role = Role.User };
        Refusal(() => Invitation.Send(Ids.New(Now), Somebody with { Role = Role.Manager }, user, Now)).Code.ShouldBe("FORBIDDEN");
        Refusal(() => Invitation.Send(Ids.New(Now), Somebody with { Permissions = new(grant: ["audit.read"]) }, Owner, Now)).Code.ShouldBe("FORBIDDEN");
        var invitation = Invitation.Send(Ids.New(Now), Somebody with { Role = Role.Admin }, Owner, Now);
        Refusal(() => invitation.Resend(user, Now)).Code.ShouldBe("FORBIDDEN");
    }

    [Fact]
    public void It_is_accepted_once_and_then_stays()
    {
        var (invitation, member) = (Send(), Ids.New(Now));
        invitation.Accept(member, Now.AddDays(1));
        (invitation.Status, invitation.MemberId, invitation.AcceptedAt).ShouldBe((InvitationStatus.Accepted, member, Now.AddDays(1)));
        Refusal(() => invitation.Accept(member, Now.AddDays(1))).Code.ShouldBe("INVALID_STATE");
        Refusal(() => invitation.Resend(Owner, Now)).Code.ShouldBe("INVALID_STATE");
        Refusal(() => invitation.Revoke(Ids.New(Now), Now)).Code.ShouldBe("INVALID_STATE");
    }

    [Fact]
    public void Sent_again_it_has_another_link_and_seven_days_more()
    {
        var invitation = Send();
        var first = invitation.TokenId;
        invitation.Resend(Owner, Now.AddDays(30));
        invitation.TokenId.ShouldNotBe(first);
        invitation.ExpiresAt.ShouldBe(Now.AddDays(37));
    }

    [Fact]
    public void It_gives_way_only_when_it_has_expired()
    {
        var invitation = Send();
        Refusal(() => invitation.GiveWay(Now)).ExistingId.ShouldBe(invitation.Id);
        invitation.GiveWay(Now.AddDays(8));
        invitation.Status.ShouldBe(InvitationStatus.Expired);
        Refusal(() => invitation.Accept(Ids.New(Now), Now.AddDays(1))).Code.ShouldBe("INVALID_STATE");
    }

    [Fact]
    public void Revoked_it_is_not_accepted()
    {
        var invitation = Send();
        invitation.DrainEvents();
        invitation.Revoke(Ids.New(Now), Now);
        invitation.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<InvitationRevoked>();
        Refusal(() => invitation.Accept(Ids.New(Now), Now)).Code.ShouldBe("INVALID_STATE");
    }

    private static InvitationDetails Somebody => new() { Email = EmailAddress.Parse("grace@example.com") };

    private static Invitation Send() => Invitation.Send(Ids.New(Now), Somebody, Owner, Now);

    private static CrmException Refusal(Action act) => Should.Throw<CrmException>(act);
}
