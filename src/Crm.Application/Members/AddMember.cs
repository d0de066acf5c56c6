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
[Requires(Permissions.TeamManage)]
public sealed record AddMember(string FullName, EmailAddress Email, string Password, Role Role = Role.User, Guid? TeamId = null,
    string? Language = null, string? TimeZone = null, Tags? Tags = null, string? ExternalId = null) : ICommand<Guid>;

internal sealed class AddMemberValidator : AbstractValidator<AddMember>
{
    public AddMemberValidator()
    {
        RuleFor(c => c.FullName).IsName();
        RuleFor(c => c.Password).IsNewPassword();
        RuleFor(c => c.ExternalId).Must(x => x is null || (x.Length <= 200 && !x.Contains('/'))).WithMessage("must be at most 200 characters without '/'");
    }
}

internal sealed class AddMemberHandler(IMemberRepository members, IUserStore users, IPasswordHasher passwords, ILoginThrottle throttle,
    IRequestContext context, TimeProvider clock) : ICommandHandler<AddMember, Guid>
{
    public async Task<Guid> Handle(AddMember command, CancellationToken ct)
    {
        var details = new MemberDetails
        {
            FullName = command.FullName, Email = command.Email, Role = command.Role, TeamId = command.TeamId,
            Language = command.Language, TimeZone = command.TimeZone, Tags = command.Tags ?? Tags.None, ExternalId = command.ExternalId,
        };
        var actor = context.Caller.Role;
        MemberErrors.RefuseGranting(command.Role, actor);
        if (await users.FindByEmailAsync(command.Email, ct) is not { } account)
        {
            var userId = Ids.New(clock.GetUtcNow());
            await users.AddAsync(userId, command.Email, passwords.Hash(command.Password), ct);
            members.Add(Member.Add(userId, details, actor));
            return userId;
        }
        var former = await members.FindEvenRemovedAsync(account.Id, ct);
        if (former is { DeletedAt: null }) throw MemberErrors.AlreadyMember();
        // Who belongs nowhere has nothing that a new password could open.
        if (account.BelongsSomewhere) await ProveAsync(account, command, ct);
        else await users.ChangePasswordAsync(account.Id, passwords.Hash(command.Password), keep: null, ct);
        if (former is not null) former.Return(details, actor);
        else members.Add(Member.Add(account.Id, details, actor));
        return account.Id;
    }

    /// <summary>Counts like a sign-in: this must be no way to guess passwords.</summary>
    private async Task ProveAsync(UserAccount account, AddMember command, CancellationToken ct)
    {
        await throttle.EnsureOpenAsync(account.Email, ct);
        if (passwords.Verify(account.PasswordHash, command.Password) != PasswordCheck.Wrong) return;
        await throttle.FailedAsync(account.Email, ct);
        throw MemberErrors.NotHisPassword();
    }
}
