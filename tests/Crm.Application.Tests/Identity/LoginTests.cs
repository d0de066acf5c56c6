using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using NSubstitute;

namespace Crm.Application.Tests.Identity;

public sealed class LoginTests
{
    private const string Email = "olga@example.com", Password = "Str0ng-pass-1";
    private static readonly Guid Session = Guid.CreateVersion7();
    private readonly Caller _caller = Callers.Owner();
    private readonly IUserStore _users = Substitute.For<IUserStore>();
    private readonly ISessionStore _sessions = Substitute.For<ISessionStore>();
    private readonly IPasswordHasher _passwords = Substitute.For<IPasswordHasher>();
    private readonly ITokenIssuer _tokens = Substitute.For<ITokenIssuer>();
    private readonly ICallerDirectory _directory = Substitute.For<ICallerDirectory>();
    private readonly ILoginThrottle _throttle = Substitute.For<ILoginThrottle>();
    private readonly ISignInChallenges _challenges = Substitute.For<ISignInChallenges>();
    private readonly IAuditLog _audit = Substitute.For<IAuditLog>();

    public LoginTests()
    {
        _tokens.Issue(_caller.UserId, _caller.TenantId, Session).Returns(new AccessToken("access", 3600));
        _sessions.StartAsync(_caller.UserId, _caller.TenantId, "hash", default).Returns(new OpenSession(Session, "refresh"));
        _passwords.Verify("hash", Password).Returns(PasswordCheck.Right);
        _directory.FindAsync(_caller.UserId, _caller.TenantId, default).Returns(new Standing(_caller, "Olga", Email, false, [_caller.TenantId]));
    }

    [Fact]
    public async Task The_right_password_starts_a_session_and_leaves_a_trace()
    {
        Knows(_caller.TenantId);
        var session = await HandleAsync(new Login(Email, Password));
        session.ShouldBe(new SessionData("access", "refresh", "Bearer", 3600, _caller.TenantId, new SessionUser(_caller.UserId, "Olga", Email, _caller.Role)));
        await _throttle.Received().SucceededAsync(Email, default);
        await _audit.Received().WriteAsync(Arg.Is<AuditEntry>(e => e.Action == "Login" && e.Outcome == AuditOutcome.Succeeded && e.TenantId == _caller.TenantId), default);
    }

    [Fact]
    public async Task An_unknown_address_costs_a_verification_and_a_count_too()
    {
        (await RefusalAsync(new Login(Email, Password))).Code.ShouldBe("INVALID_CREDENTIALS");
        _passwords.Received(1).Verify(null, Password);
        await _throttle.Received(1).FailedAsync(Email, default);
        await _audit.DidNotReceiveWithAnyArgs().WriteAsync(default!, default);
    }

    [Fact]
    public async Task A_wrong_password_is_counted_and_told_in_the_tenants_trail()
    {
        Knows(_caller.TenantId);
        (await RefusalAsync(new Login(Email, "Wr0ng-password"))).Code.ShouldBe("INVALID_CREDENTIALS");
        await _throttle.Received(1).FailedAsync(Email, default);
        await _audit.Received(1).WriteAsync(Arg.Is<AuditEntry>(e => e.Outcome == AuditOutcome.Refused && e.ActorId == _caller.UserId), default);
        await _sessions.DidNotReceiveWithAnyArgs().StartAsync(default, default, default!, default);
    }

    [Fact]
    public async Task Who_is_shut_out_is_not_even_compared()
    {
        Knows(_caller.TenantId);
        _throttle.EnsureOpenAsync(Email, default).Returns(Task.FromException(new CrmException(ErrorKind.RateLimited, "RATE_LIMITED", "Later.")));
        (await RefusalAsync(new Login(Email, Password))).Code.ShouldBe("RATE_LIMITED");
        _passwords.DidNotReceiveWithAnyArgs().Verify(default, default!);
    }

    [Fact]
    public async Task A_user_of_several_tenants_names_one()
    {
        Knows(_caller.TenantId, Guid.NewGuid());
        (await RefusalAsync(new Login(Email, Password))).Code.ShouldBe("INVALID_TENANT");
        (await HandleAsync(new Login(Email, Password, _caller.TenantId))).TenantId.ShouldBe(_caller.TenantId);
    }

    [Fact]
    public async Task Who_is_a_member_of_nothing_is_like_nobody()
    {
        Knows();
        (await RefusalAsync(new Login(Email, Password))).Code.ShouldBe("INVALID_CREDENTIALS");
    }

    [Fact]
    public async Task A_hash_that_was_made_more_cheaply_is_made_anew()
    {
        Knows(_caller.TenantId);
        _passwords.Verify("hash", Password).Returns(PasswordCheck.RightHashOutdated);
        _passwords.Hash(Password).Returns("stronger");
        _users.StrengthenAsync(_caller.UserId, "hash", "stronger", default).Returns(true);
        _sessions.StartAsync(_caller.UserId, _caller.TenantId, "stronger", default).Returns(new OpenSession(Session, "refresh"));
        (await HandleAsync(new Login(Email, Password))).RefreshToken.ShouldBe("refresh");
    }

    [Fact]
    public async Task A_password_that_is_changed_while_it_is_compared_starts_no_session()
    {
        Knows(_caller.TenantId);
        _sessions.StartAsync(_caller.UserId, _caller.TenantId, "hash", default).Returns(default(OpenSession), new OpenSession(Session, "refresh"));
        _passwords.Verify("hash", Password).Returns(PasswordCheck.Right, PasswordCheck.Wrong);
        (await RefusalAsync(new Login(Email, Password))).Code.ShouldBe("INVALID_CREDENTIALS");
        await _throttle.DidNotReceiveWithAnyArgs().SucceededAsync(default!, default);
    }

    [Fact]
    public async Task A_hash_that_a_twin_has_made_anew_meanwhile_is_compared_once_more()
    {
        Knows(_caller.TenantId);
        _passwords.Verify("hash", Password).Returns(PasswordCheck.RightHashOutdated, PasswordCheck.Right);
        _passwords.Hash(Password).Returns("stronger");
        _users.StrengthenAsync(_caller.UserId, "hash", "stronger", default).Returns(false);
        (await HandleAsync(new Login(Email, Password))).RefreshToken.ShouldBe("refresh");
    }

    [Fact]
    public async Task With_a_second_factor_the_password_alone_starts_no_session_and_forgives_nothing()
    {
        _users.FindByEmailAsync(EmailAddress.Parse(Email), default).Returns(new UserAccount(_caller.UserId, Email, "hash", [_caller.TenantId], true) { HasSecondFactor = true });
        _challenges.Issue(_caller.UserId, _caller.TenantId, "hash").Returns(new SignInChallenge("token", 300));
        var refusal = await RefusalAsync(new Login(Email, Password));
        refusal.Code.ShouldBe("MFA_REQUIRED");
        refusal.Extensions!["mfaToken"].ShouldBe("token");
        await _sessions.DidNotReceiveWithAnyArgs().StartAsync(default, default, default!, default);
        await _throttle.DidNotReceiveWithAnyArgs().SucceededAsync(default!, default);
    }

    private void Knows(params Guid[] tenants) =>
        _users.FindByEmailAsync(EmailAddress.Parse(Email), default).Returns(new UserAccount(_caller.UserId, Email, "hash", tenants, tenants.Length > 0));

    private Task<SessionData> HandleAsync(Login request) => new LoginHandler(_users, _sessions, _passwords, _tokens, _directory, _throttle, _challenges, _audit).Handle(request, default);

    private Task<CrmException> RefusalAsync(Login request) => Should.ThrowAsync<CrmException>(() => HandleAsync(request));
}
