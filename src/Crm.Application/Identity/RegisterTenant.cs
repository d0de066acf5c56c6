using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Members;
using Crm.Domain.Tenants;
using FluentValidation;

namespace Crm.Application.Identity;

/// <summary>Registers an organization with its owner, who is signed in at once. An e-mail that has a user already is 409 DUPLICATE.</summary>
/// <param name="OrganizationName">The organization's name.</param>
[Public]
public sealed record RegisterTenant(string OrganizationName, string FullName, EmailAddress Email, string Password, string? Language = null, string? TimeZone = null)
    : ICommand<SessionData>;

internal sealed class RegisterTenantValidator : AbstractValidator<RegisterTenant>
{
    public RegisterTenantValidator()
    {
        RuleFor(c => c.OrganizationName).IsName();
        RuleFor(c => c.FullName).IsName();
        RuleFor(c => c.Password).IsNewPassword();
        RuleFor(c => c.Language).Must(l => l is null || Languages.IsKnown(l)).WithMessage("must be en or bg");
        RuleFor(c => c.TimeZone).Must(z => z is null || TimeZones.IsKnown(z)).WithMessage("must be an IANA time zone");
    }
}

/// <summary>Hashing takes a tenth of a second, in which no transaction should be open: anybody may register.</summary>
internal sealed class HashPasswordBeforeRegistration(IPasswordHasher passwords, PreparedPassword prepared) : IPreparation<RegisterTenant>
{
    public Task PrepareAsync(RegisterTenant command, CancellationToken ct)
    {
        prepared.Hash = passwords.Hash(command.Password);
        return Task.CompletedTask;
    }
}

/// <summary>What preparation leaves for the handler; one per scope.</summary>
public sealed class PreparedPassword
{
    /// <summary>The hash of the password that was chosen.</summary>
    public string Hash { get; set; } = "";
}

internal sealed class RegisterTenantHandler(IUserStore users, ISessionStore sessions, PreparedPassword password, ITokenIssuer tokens,
    IRepository<Tenant> tenants, IRepository<Member> members, ITenantEntry entry, TimeProvider clock)
    : ICommandHandler<RegisterTenant, SessionData>
{
    public async Task<SessionData> Handle(RegisterTenant command, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (tenantId, userId) = (Ids.New(now), Ids.New(now));
        var tenant = Tenant.Register(tenantId, new TenantDetails
        {
            Name = command.OrganizationName,
            Language = command.Language ?? Languages.Default,
            TimeZone = command.TimeZone ?? "UTC",
        });
        var owner = Member.Found(userId, new MemberDetails
        {
            FullName = command.FullName,
            Email = command.Email,
            Language = command.Language,
            TimeZone = command.TimeZone,
        });
        // First what may be refused: until then there is no tenant that anything could be written to.
        await users.AddAsync(userId, command.Email, password.Hash, ct);
        await users.AddTenantAsync(tenantId, ct);
        await entry.EnterAsync(new Caller(userId, tenantId, Role.Owner, null, Permissions.Of(Role.Owner), TenantProfile.Of(tenant.Details)), ct);
        tenants.Add(tenant);
        members.Add(owner);
        return SessionData.Of(tokens, await sessions.StartAsync(userId, tenantId, ct), tenantId,
            new SessionUser(userId, owner.Details.FullName, owner.Details.Email.Value, Role.Owner));
    }
}
