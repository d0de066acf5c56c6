using Crm.Domain.Common;
using Crm.Domain.Members;

namespace Crm.Domain.Tests.Identity;

public sealed class MemberTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Founding_a_tenant_makes_an_owner()
    {
        var owner = Member.Found(Ids.New(Now), Someone(Role.User));
        owner.Details.Role.ShouldBe(Role.Owner);
        owner.IsActingOwner.ShouldBeTrue();
        owner.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<MemberAdded>().Role.ShouldBe(Role.Owner);
    }

    [Theory]
    [InlineData(Role.Owner, Role.Admin), InlineData(Role.Admin, Role.Manager), InlineData(Role.Manager, Role.User)]
    public void Nobody_grants_a_role_above_his_own(Role granted, Role actor)
    {
        Refusal(() => Member.Add(Ids.New(Now), Someone(granted), By(actor))).Code.ShouldBe("FORBIDDEN");
        var member = Member.Add(Ids.New(Now), Someone(Role.User), By(actor));
        Refusal(() => member.Change(member.Details with { Role = granted }, By(actor), isLastOwner: false)).Code.ShouldBe("FORBIDDEN");
        member.Details.Role.ShouldBe(Role.User);
    }

    [Fact]
    public void An_owner_is_touched_by_owners_only()
    {
        var owner = Member.Found(Ids.New(Now), Someone(Role.Owner));
        Refusal(() => owner.Change(owner.Details with { FullName = "Other" }, By(Role.Admin), isLastOwner: false)).Code.ShouldBe("FORBIDDEN");
        Refusal(() => owner.Remove(Role.Admin, isLastOwner: false, Ids.New(Now), Now)).Code.ShouldBe("FORBIDDEN");
        owner.Change(owner.Details with { Role = Role.User }, By(Role.Owner), isLastOwner: false);
        owner.Details.Role.ShouldBe(Role.User);
    }

    [Fact]
    public void The_last_owner_is_neither_removed_nor_demoted_nor_deactivated()
    {
        var owner = Member.Found(Ids.New(Now), Someone(Role.Owner));
        Refusal(() => owner.Change(owner.Details with { Role = Role.Admin }, By(Role.Owner), isLastOwner: true)).Code.ShouldBe("INVALID_STATE");
        Refusal(() => owner.Change(owner.Details with { IsActive = false }, By(Role.Owner), isLastOwner: true)).Code.ShouldBe("INVALID_STATE");
        Refusal(() => owner.Remove(Role.Owner, isLastOwner: true, Ids.New(Now), Now)).Code.ShouldBe("INVALID_STATE");
        owner.Change(owner.Details with { FullName = "Olga O." }, By(Role.Owner), isLastOwner: true);
        owner.Details.FullName.ShouldBe("Olga O.");
    }

    [Fact]
    public void Removing_and_returning_raise_the_events_of_membership()
    {
        var member = Member.Add(Ids.New(Now), Someone(Role.User), By(Role.Admin));
        member.DrainEvents();
        member.Remove(Role.Admin, isLastOwner: false, Ids.New(Now), Now);
        member.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<MemberRemoved>();
        member.Return(member.Details with { Role = Role.Manager }, By(Role.Admin));
        member.DrainEvents().ShouldHaveSingleItem().ShouldBeOfType<MemberAdded>().Role.ShouldBe(Role.Manager);
        member.DeletedAt.ShouldBeNull();
        Refusal(() => member.Return(member.Details, By(Role.Admin))).Code.ShouldBe("DUPLICATE");
    }

    [Fact]
    public void Of_himself_a_member_changes_what_is_his_only()
    {
        var member = Member.Add(Ids.New(Now), Someone(Role.User), By(Role.Admin));
        Refusal(() => member.ReviseProfile(member.Details with { Role = Role.Owner })).Errors!.Keys.ShouldBe(["role"]);
        Refusal(() => member.ReviseProfile(member.Details with { TeamId = Ids.New(Now) })).Errors!.Keys.ShouldBe(["teamId"]);
        Refusal(() => member.ReviseProfile(member.Details with { Permissions = new(grant: ["team.manage"]) })).Errors!.Keys.ShouldBe(["permissions"]);
        Refusal(() => member.ReviseProfile(member.Details with { IsActive = false })).Errors!.Keys.ShouldBe(["isActive"]);
        Refusal(() => member.ReviseProfile(member.Details with { Language = "fr" })).Errors!.Keys.ShouldBe(["language"]);
        Refusal(() => member.ReviseProfile(member.Details with { TimeZone = "Moon/Base" })).Errors!.Keys.ShouldBe(["timeZone"]);
        member.ReviseProfile(member.Details with { Language = "bg", TimeZone = "Europe/Sofia" });
        member.Details.Language.ShouldBe("bg");
    }

    [Fact]
    public void Nobody_grants_a_permission_he_has_not()
    {
        var manage = new MemberPermissions(grant: ["team.manage"]);
        Refusal(() => Member.Add(Ids.New(Now), Someone(Role.User) with { Permissions = manage }, By(Role.Manager))).Code.ShouldBe("FORBIDDEN");
        Refusal(() => Member.Add(Ids.New(Now), Someone(Role.Admin), By(Role.Admin, "team.manage"))).Code.ShouldBe("FORBIDDEN");
        var member = Member.Add(Ids.New(Now), Someone(Role.User) with { Permissions = new(deny: ["leads.read"]) }, By(Role.Admin));
        Refusal(() => member.Change(member.Details with { Permissions = MemberPermissions.None }, By(Role.Admin, "leads.read"), isLastOwner: false)).Code.ShouldBe("FORBIDDEN");
        member.Change(member.Details with { Permissions = new(deny: ["leads.read"], grant: ["team.manage", "leads.read"]) }, By(Role.Admin), isLastOwner: false);
        member.Details.Permissions.Of(OfUser).ShouldBe(["team.manage"]);
        member.DrainEvents().OfType<MemberPermissionsChanged>().ShouldHaveSingleItem().After.Grant.ShouldBe(["leads.read", "team.manage"]);
        member.Change(member.Details with { FullName = "Other" }, By(Role.Admin, "team.manage"), isLastOwner: false);
    }

    [Fact]
    public void Nothing_is_denied_to_the_last_owner()
    {
        var owner = Member.Found(Ids.New(Now), Someone(Role.Owner));
        Refusal(() => owner.Change(owner.Details with { Permissions = new(deny: ["team.manage"]) }, By(Role.Owner), isLastOwner: true)).Code.ShouldBe("INVALID_STATE");
        owner.Change(owner.Details with { Permissions = new(deny: ["team.manage"]) }, By(Role.Owner), isLastOwner: false);
        owner.IsActingOwner.ShouldBeFalse();
    }

    [Fact]
    public void The_address_never_changes()
    {
        var member = Member.Add(Ids.New(Now), Someone(Role.User), By(Role.Admin));
        Refusal(() => member.Change(member.Details with { Email = EmailAddress.Parse("b@example.com") }, By(Role.Owner), isLastOwner: false)).Errors!.Keys.ShouldBe(["email"]);
    }

    private static readonly IReadOnlySet<string> OfUser = new HashSet<string> { "leads.read" };
    private static readonly IReadOnlySet<string> OfAdmin = new HashSet<string> { "leads.read", "team.manage" };

    private static IReadOnlySet<string> Of(Role role) => role >= Role.Admin ? OfAdmin : OfUser;

    private static Grantor By(Role role, params string[] denied) => new(role, Of(role).Except(denied).ToHashSet(), Of);

    private static MemberDetails Someone(Role role) => new() { FullName = "Grace Hopper", Email = EmailAddress.Parse("grace@example.com"), Role = role };

    private static CrmException Refusal(Action act) => Should.Throw<CrmException>(act);
}
