using Crm.Domain.Common;

namespace Crm.Domain.Members;

/// <summary>
/// A user in one tenant: the record's id is the user's. Who may change whom is decided here, by what the actor has himself and whether the
/// tenant would be left without an owner.
/// </summary>
public sealed class Member : Record<Member, MemberDetails>, IUnrestricted
{
    private Member() { }

    /// <summary>An owner who can act and to whom nothing is denied: a tenant always has one.</summary>
    public bool IsActingOwner => MayActAsOwner(Details) && DeletedAt is null;

    /// <summary>The one who registers a tenant owns it. Raises <see cref="MemberAdded"/>.</summary>
    public static Member Found(Guid userId, MemberDetails details) => Join(userId, details with { Role = Role.Owner, IsActive = true });

    /// <summary>Adds a user to the tenant. Raises <see cref="MemberAdded"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN: more than the actor has himself. VALIDATION_FAILED.</exception>
    public static Member Add(Guid userId, MemberDetails details, Grantor actor)
    {
        actor.Check(details.Role, details.Permissions);
        return Join(userId, details);
    }

    /// <summary>Adds a service user: a member nobody signs in as. Raises <see cref="MemberAdded"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN: the role is above the actor's own. VALIDATION_FAILED: also for the role OWNER, because a tenant needs an
    /// owner who can sign in.</exception>
    public static Member AddService(Guid userId, MemberDetails details, Grantor actor) => Add(userId, details with { Kind = MemberKind.Service }, actor);

    /// <summary>Takes in a user by an invitation, whose sender was checked. Raises <see cref="MemberAdded"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED.</exception>
    public static Member Invited(Guid userId, MemberDetails details) => Join(userId, details);

    /// <summary>Takes a removed user back. Raises <see cref="MemberAdded"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN, VALIDATION_FAILED; INVALID_STATE: he has not been removed.</exception>
    public void Return(MemberDetails details, Grantor actor)
    {
        if (DeletedAt is null) throw MemberErrors.AlreadyMember();
        actor.Check(details.Role, details.Permissions);
        ReturnInvited(details);
    }

    /// <summary>The same by an invitation, whose sender was checked. Raises <see cref="MemberAdded"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED; DUPLICATE: he has not been removed.</exception>
    public void ReturnInvited(MemberDetails details)
    {
        if (DeletedAt is null) throw MemberErrors.AlreadyMember();
        Guard(Details, details);
        Set(details);
        Restore();
    }

    /// <summary>
    /// Changes a member on behalf of <paramref name="actor"/>. Raises <see cref="MemberRoleChanged"/> and <see cref="MemberPermissionsChanged"/> besides when these are
    /// others.
    /// </summary>
    /// <exception cref="CrmException">FORBIDDEN: an owner, or more than the actor has himself. INVALID_STATE: the last owner. VALIDATION_FAILED.</exception>
    public void Change(MemberDetails details, Grantor actor, bool isLastOwner)
    {
        if (details == Details) return;
        if (Details.Role == Role.Owner && actor.Role != Role.Owner) throw MemberErrors.OwnersOnly();
        actor.Check(details.Role, details.Permissions, Details);
        if (isLastOwner && IsActingOwner && !MayActAsOwner(details)) throw MemberErrors.LastOwner();
        var before = Details;
        Revise(details);
        if (details.Role != before.Role) Raise(new MemberRoleChanged(Id, before.Role, details.Role));
        if (details.Permissions != before.Permissions) Raise(new MemberPermissionsChanged(Id, before.Permissions, details.Permissions));
    }

    /// <summary>Changes what a member says about himself. The rest is for others to decide.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, also for a changed role, team or standing.</exception>
    public void ReviseProfile(MemberDetails details)
    {
        if (details.Role != Details.Role) throw MemberErrors.NotYours("role");
        if (details.Permissions != Details.Permissions) throw MemberErrors.NotYours("permissions");
        if (details.TeamId != Details.TeamId) throw MemberErrors.NotYours("teamId");
        if (details.IsActive != Details.IsActive) throw MemberErrors.NotYours("isActive");
        Revise(details);
    }

    /// <summary>Takes the member out of the tenant. Raises <see cref="MemberRemoved"/>.</summary>
    /// <exception cref="CrmException">FORBIDDEN: an owner. INVALID_STATE: the last owner.</exception>
    public void Remove(Role actor, bool isLastOwner, Guid deletionId, DateTimeOffset now)
    {
        if (Details.Role == Role.Owner && actor != Role.Owner) throw MemberErrors.OwnersOnly();
        if (isLastOwner && IsActingOwner) throw MemberErrors.LastOwner();
        Delete(deletionId, now);
    }

    /// <inheritdoc/>
    protected override void Guard(MemberDetails? before, MemberDetails after)
    {
        Require.Text(after.FullName, "fullName");
        Languages.Check(after.Language);
        TimeZones.Check(after.TimeZone);
        if (before is not null && before.Email != after.Email) throw MemberErrors.EmailIsFixed();
        if (after is { Kind: MemberKind.Service, Role: Role.Owner }) throw MemberErrors.ServiceOwnsNothing();
    }

    private protected override IDomainEvent DeletedEvent() => new MemberRemoved(Id);

    private protected override IDomainEvent RestoredEvent() => new MemberAdded(Id, Details.Role, Details.TeamId);

    private static bool MayActAsOwner(MemberDetails details) => details is { Role: Role.Owner, IsActive: true, Permissions.Deny.Count: 0 };

    private static Member Join(Guid userId, MemberDetails details)
    {
        var member = new Member { Id = userId };
        member.Begin(details, new MemberAdded(userId, details.Role, details.TeamId));
        return member;
    }
}

/// <summary>A user became a member of the tenant.</summary>
public sealed record MemberAdded(Guid MemberId, Role Role, Guid? TeamId) : IDomainEvent;

/// <summary>A member may do more, or less, than before.</summary>
public sealed record MemberRoleChanged(Guid MemberId, Role Before, Role After) : IDomainEvent;

/// <summary>A member may do other things besides, or despite, his role than before.</summary>
public sealed record MemberPermissionsChanged(Guid MemberId, MemberPermissions Before, MemberPermissions After) : IDomainEvent;

/// <summary>A user is no longer a member of the tenant.</summary>
public sealed record MemberRemoved(Guid MemberId) : IDomainEvent;

/// <summary>The ways in which members refuse.</summary>
public static class MemberErrors
{
    /// <summary>Nobody grants more than he has (product.md §1).</summary>
    /// <exception cref="CrmException">FORBIDDEN.</exception>
    public static void RefuseGranting(Role role, Role actor)
    {
        if (role > actor) throw CrmException.Forbidden("Nobody grants a role above his own.");
    }

    /// <summary>403: these permissions are not the actor's to give.</summary>
    public static CrmException GrantsTooMuch(IEnumerable<string> permissions) =>
        CrmException.Forbidden($"Nobody grants more than he has; you have not {string.Join(", ", permissions)}.");

    /// <summary>403: owners are touched by owners only.</summary>
    public static CrmException OwnersOnly() => CrmException.Forbidden("Only an owner changes or removes an owner.");

    /// <summary>409: a tenant always has an owner who can act.</summary>
    public static CrmException LastOwner() =>
        CrmException.Conflict("INVALID_STATE", "The last owner can be neither removed, demoted, deactivated nor denied anything.");

    /// <summary>422: what a member leaves goes to an active member.</summary>
    public static CrmException NoSuchHeir() => CrmException.Unprocessable("reassignTo", "refers to no active member");

    /// <summary>422: who is referred to is no active member.</summary>
    public static CrmException NoSuchMember(string member) => CrmException.Unprocessable(member, "refers to no active member");

    /// <summary>409: he is one already.</summary>
    public static CrmException AlreadyMember() => new(ErrorKind.Conflict, "DUPLICATE", "Another member has the same email.",
        new Dictionary<string, string[]> { ["email"] = ["belongs to a member already"] });

    /// <summary>409: the address has a user elsewhere, who is linked only with his own password.</summary>
    public static CrmException NotHisPassword() => new(ErrorKind.Conflict, "DUPLICATE", "This e-mail has an account already; it can be added with the account's own password only.",
        new Dictionary<string, string[]> { ["email"] = ["belongs to an account whose password is another"] });

    /// <summary>400: nobody changes this about himself.</summary>
    public static CrmException NotYours(string member) => CrmException.Validation(member, "is read-only here; PATCH /team/members/{id} changes it");

    /// <summary>400: an owner is somebody who can sign in.</summary>
    public static CrmException ServiceOwnsNothing() => CrmException.Validation("role", "a service user cannot own the tenant");

    /// <summary>400: a user signs in with his address in every tenant; no tenant changes it.</summary>
    public static CrmException EmailIsFixed() => CrmException.Validation("email", "is read-only");
}
