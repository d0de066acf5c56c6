using Crm.Application.Abstractions;
using Crm.Domain.Members;

namespace Crm.Application.Meta;

/// <summary>One permission and the roles that give it.</summary>
/// <param name="Name">Such as leads.write: what it is about, and the verb.</param>
/// <param name="Roles">The roles that give it.</param>
public sealed record PermissionInfo(string Name, IReadOnlyList<Role> Roles);

/// <summary>A role and all that it permits.</summary>
/// <param name="Role">The role.</param>
/// <param name="Permissions">What it permits.</param>
public sealed record RoleInfo(Role Role, IReadOnlyList<string> Permissions);

/// <summary>Every permission there is, and every role.</summary>
/// <param name="Permissions">Every permission.</param>
/// <param name="Roles">Every role.</param>
public sealed record PermissionList(IReadOnlyList<PermissionInfo> Permissions, IReadOnlyList<RoleInfo> Roles);

/// <summary>All permissions: what members are granted and denied, and what scopes are made of.</summary>
[SignedIn(AlsoByKey = true)]
public sealed record ListPermissions : IQuery<PermissionList>;

internal sealed class ListPermissionsHandler : IQueryHandler<ListPermissions, PermissionList>
{
    private static readonly Role[] Roles = Enum.GetValues<Role>();

    private static readonly PermissionList All = new(
        [.. Permissions.All.Select(p => new PermissionInfo(p, [.. Roles.Where(r => Permissions.Of(r).Contains(p))]))],
        [.. Roles.Select(r => new RoleInfo(r, [.. Permissions.Of(r).Order(StringComparer.Ordinal)]))]);

    public Task<PermissionList> Handle(ListPermissions query, CancellationToken ct) => Task.FromResult(All);
}
