using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using Crm.Domain.Members;
using FluentValidation;

namespace Crm.Application.Members;

/// <summary>
/// Adds a member, and the user if the address has none. A user of another tenant is linked only when the password is his own
/// (which stays as it is): otherwise somebody who made an account for a stranger's address would enter with it. 409 DUPLICATE else.
/// </summary>
/// <param name="Role">What the member may do; OWNER only by an owner.</param>
/// <param name="TeamId">The team the member belongs to.</param>
/// <param name="Permissions">What the member may do or not besides the role.</param>
[Requires(Abstractions.Permissions.TeamManage)]
public sealed record AddMember(string FullName, EmailAddress Email, string Password, Role Role = Role.User,
    [OneOf(typeof(Permissions))] MemberPermissions? Permissions = null, Guid? TeamId = null, string? Language = null, string? TimeZone = null, Tags? Tags = null,
    string? ExternalId = null) : ICommand<Guid>;

internal sealed class AddMemberValidator : AbstractValidator<AddMember>
{
    public AddMemberValidator()
    {
        RuleFor(c => c.FullName).IsName();
        RuleFor(c => c.Password).IsNewPassword();
        RuleFor(c => c.ExternalId).Must(x => x is null || (x.Length <= 200 && !x.Contains('/'))).WithMessage("must be at most 200 characters without '/'");
    }
}

internal sealed class ComparePasswordBeforeMemberIsAdded(AccountLink accounts) : IPreparation<AddMember>
{
    public Task PrepareAsync(AddMember command, CancellationToken ct) => accounts.PrepareAsync(command.Email, command.Password, ct);
}

internal sealed class AddMemberHandler(IMemberRepository members, AccountLink accounts, IRequestContext context) : ICommandHandler<AddMember, Guid>
{
    public async Task<Guid> Handle(AddMember command, CancellationToken ct)
    {
        var details = new MemberDetails
        {
            FullName = command.FullName, Email = command.Email, Role = command.Role, Permissions = command.Permissions ?? MemberPermissions.None, TeamId = command.TeamId,
            Language = command.Language, TimeZone = command.TimeZone, Tags = command.Tags ?? Tags.None, ExternalId = command.ExternalId,
        };
        var actor = context.Caller.Grantor;
        actor.Check(details.Role, details.Permissions);
        if (await members.HasAsync(command.Email, ct)) throw MemberErrors.AlreadyMember();
        var userId = await accounts.LinkAsync(command.Email, command.Password, MemberErrors.NotHisPassword, ct);
        if (await members.FindEvenRemovedAsync(userId, ct) is { } former) former.Return(details, actor);
        else members.Add(Member.Add(userId, details, actor));
        return userId;
    }
}
