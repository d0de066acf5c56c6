using System.Collections.Frozen;
using Crm.Application.Abstractions;
using Crm.Domain.Members;

namespace Crm.Application.Tests.Identity;

public sealed class ApiKeyIdentityTests
{
    private readonly Caller _owner = Callers.Owner();

    [Fact]
    public void What_a_key_may_do_is_in_its_scopes_and_permitted_to_member_and_creator()
    {
        var member = _owner with { UserId = Guid.NewGuid(), Role = Role.User, Permissions = FrozenSet.Create(Permissions.LeadsRead, Permissions.LeadsWrite, Permissions.DealsRead), VisibleOwners = [Guid.NewGuid()] };
        var creator = _owner with { Role = Role.Admin, Permissions = FrozenSet.Create(Permissions.LeadsRead, Permissions.DealsRead) };
        var key = Key(member, creator, Permissions.LeadsRead, Permissions.LeadsWrite, Permissions.TasksRead);
        var caller = key.Restrict(member, creator);
        caller.Permissions.ShouldBe([Permissions.LeadsRead]);
        (caller.UserId, caller.Role, caller.ApiKeyId).ShouldBe((member.UserId, Role.User, key.Id));
        caller.VisibleOwners.ShouldBe(member.VisibleOwners);
    }

    [Fact]
    public void It_stands_no_higher_than_either()
    {
        var (user, admin) = (_owner with { Role = Role.User }, _owner with { Role = Role.Admin });
        Key(user, admin).Restrict(user, admin).Role.ShouldBe(Role.User);
        Key(admin, user).Restrict(admin, user).Role.ShouldBe(Role.User);
    }

    [Fact]
    public void No_key_carries_the_management_of_keys_or_buys_anything()
    {
        Permissions.OfKeys.ShouldNotContain(Permissions.ApiKeysWrite);
        Permissions.OfKeys.ShouldNotContain(Permissions.ApiKeysDelete);
        Permissions.All.Except(Permissions.OfKeys).ShouldBe([Permissions.ApiKeysDelete, Permissions.ApiKeysWrite, Permissions.BillingWrite]);
    }

    private static ApiKeyIdentity Key(Caller member, Caller creator, params string[] scopes) => new(Guid.NewGuid(), member.TenantId, member.UserId, creator.UserId, scopes.ToFrozenSet(), null);
}
