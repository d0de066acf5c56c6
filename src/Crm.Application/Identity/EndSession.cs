using Crm.Application.Abstractions;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Identity;

/// <summary>Ends one of the caller's sessions, in whatever tenant it began: its refresh token is worth nothing any more, its access token within 10 seconds.</summary>
[SignedIn]
public sealed record EndSession(Guid Id) : ISignInRequest<Unit>;

internal sealed class EndSessionHandler(ISessionStore sessions, IAuditLog audit, IRequestContext context) : ISignInHandler<EndSession, Unit>
{
    public async Task<Unit> Handle(EndSession request, CancellationToken ct)
    {
        var caller = context.Caller;
        if (!await sessions.EndAsync(caller.UserId, request.Id, ct)) throw CrmException.NotFound("session");
        await audit.WriteAsync(new AuditEntry(caller.TenantId, caller.UserId, nameof(EndSession), AuditOutcome.Succeeded, "sessions", request.Id, null), ct);
        return Unit.Value;
    }
}

/// <summary>Ends all the caller's sessions but the one this request is made by, in whatever tenant they began.</summary>
[SignedIn]
public sealed record EndOtherSessions : ISignInRequest<Unit>;

internal sealed class EndOtherSessionsHandler(ISessionStore sessions, IAuditLog audit, IRequestContext context) : ISignInHandler<EndOtherSessions, Unit>
{
    public async Task<Unit> Handle(EndOtherSessions request, CancellationToken ct)
    {
        var caller = context.Caller;
        await sessions.EndOthersAsync(caller.UserId, caller.SessionId, ct);
        await audit.WriteAsync(new AuditEntry(caller.TenantId, caller.UserId, nameof(EndOtherSessions), AuditOutcome.Succeeded, "sessions", null, null), ct);
        return Unit.Value;
    }
}
