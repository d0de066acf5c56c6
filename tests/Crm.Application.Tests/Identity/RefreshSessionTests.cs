using Crm.Application.Abstractions;
using Crm.Application.Identity;
using Crm.Domain.Common;
using NSubstitute;

namespace Crm.Application.Tests.Identity;

public sealed class RefreshSessionTests
{
    private static readonly Guid Session = Guid.CreateVersion7();
    private readonly Caller _caller = Callers.Owner();
    private readonly ISessionStore _sessions = Substitute.For<ISessionStore>();
    private readonly ICallerDirectory _directory = Substitute.For<ICallerDirectory>();
    private readonly ITokenIssuer _tokens = Substitute.For<ITokenIssuer>();

    [Fact]
    public async Task A_good_token_is_exchanged()
    {
        Holds(new RefreshToken(_caller.UserId, _caller.TenantId, IsGood: true, IsStolen: false));
        _sessions.RotateAsync("token", Arg.Any<RefreshToken>(), default).Returns(new OpenSession(Session, "next"));
        (await HandleAsync()).RefreshToken.ShouldBe("next");
        await _sessions.DidNotReceiveWithAnyArgs().RevokeAsync(default!, default);
    }

    [Fact]
    public async Task A_stolen_token_ends_the_family()
    {
        Holds(new RefreshToken(_caller.UserId, _caller.TenantId, IsGood: false, IsStolen: true));
        await RefusedAsync();
        await _sessions.Received(1).RevokeAsync("token", default);
    }

    [Fact]
    public async Task An_expired_token_is_refused_and_accuses_nobody()
    {
        Holds(new RefreshToken(_caller.UserId, _caller.TenantId, IsGood: false, IsStolen: false));
        await RefusedAsync();
        await _sessions.DidNotReceiveWithAnyArgs().RevokeAsync(default!, default);
    }

    [Fact]
    public async Task Who_was_slower_than_his_twin_ends_the_family()
    {
        Holds(new RefreshToken(_caller.UserId, _caller.TenantId, IsGood: true, IsStolen: false));
        _sessions.RotateAsync("token", Arg.Any<RefreshToken>(), default).Returns((OpenSession?)null);
        await RefusedAsync();
        await _sessions.Received(1).RevokeAsync("token", default);
    }

    [Fact]
    public async Task Who_is_no_member_any_more_loses_the_session()
    {
        Holds(new RefreshToken(_caller.UserId, _caller.TenantId, IsGood: true, IsStolen: false));
        _directory.FindAsync(_caller.UserId, _caller.TenantId, default).Returns(new Standing(null, null, null, false, []));
        await RefusedAsync();
        await _sessions.Received(1).RevokeAsync("token", default);
        await _sessions.DidNotReceiveWithAnyArgs().RotateAsync(default!, default!, default);
    }

    private void Holds(RefreshToken token)
    {
        _sessions.FindAsync("token", default).Returns(token);
        _tokens.Issue(_caller.UserId, _caller.TenantId, Session).Returns(new AccessToken("access", 3600));
        _directory.FindAsync(_caller.UserId, _caller.TenantId, default).Returns(new Standing(_caller, "Olga", "olga@example.com", false, [_caller.TenantId]));
    }

    private Task<SessionData> HandleAsync() => new RefreshSessionHandler(_sessions, _directory, _tokens, Substitute.For<IAuditLog>()).Handle(new RefreshSession("token"), default);

    private async Task RefusedAsync() => (await Should.ThrowAsync<CrmException>(HandleAsync)).Code.ShouldBe("UNAUTHENTICATED");
}
