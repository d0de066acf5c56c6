using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using Crm.Domain.Members;
using FluentValidation;

namespace Crm.Application.Members;

/// <summary>
/// Adds a service user: a member of its own name, role and team that nobody signs in as. Programs act as it with API keys or the tokens of
/// an outside issuer, and histories show it. It cannot own the tenant.
/// </summary>
/// <param name="Role">What programs acting as it may do; not OWNER.</param>
/// <param name="TeamId">The team it belongs to.</param>
[Requires(Permissions.TeamManage)]
public sealed record AddServiceUser([Example("\"Web shop\"")] string FullName, Role Role = Role.User, Guid? TeamId = null, Tags? Tags = null, string? ExternalId = null) : ICommand<Guid>;

internal sealed class AddServiceUserValidator : AbstractValidator<AddServiceUser>
{
    public AddServiceUserValidator()
    {
        RuleFor(c => c.FullName).IsName();
        RuleFor(c => c.ExternalId).Must(x => x is null || (x.Length <= 200 && !x.Contains('/'))).WithMessage("must be at most 200 characters without '/'");
    }
}

internal sealed class AddServiceUserHandler(IRepository<Member> members, IUserStore users, IRequestContext context, TimeProvider clock) : ICommandHandler<AddServiceUser, Guid>
{
    public async Task<Guid> Handle(AddServiceUser command, CancellationToken ct)
    {
        var userId = Ids.New(clock.GetUtcNow());
        // Every user has an address; this one is under a name that never resolves (RFC 2606 §2), so nothing sent to it arrives anywhere.
        var email = EmailAddress.Parse($"{userId:N}@service.invalid", "email");
        await users.AddAsync(userId, email, passwordHash: null, ct);
        members.Add(Member.AddService(userId, new MemberDetails
        {
            FullName = command.FullName, Email = email, Role = command.Role, TeamId = command.TeamId,
            Tags = command.Tags ?? Tags.None, ExternalId = command.ExternalId,
        }, context.Caller.Grantor));
        return userId;
    }
}
