using Crm.Application.Abstractions;
using Crm.Domain.Common;
using FluentValidation;
using MediatR;

namespace Crm.Application.Identity;

/// <summary>Something that proves who is at the keyboard.</summary>
public interface IProven
{
    /// <summary>The current password.</summary>
    string? CurrentPassword { get; }
    /// <summary>A code of the authenticator.</summary>
    string? Code { get; }
    /// <summary>A recovery code.</summary>
    string? RecoveryCode { get; }
}

/// <summary>Gives up the second factor: signing in asks for the password only. Proven by the password, a code or a recovery code; 401 INVALID_CREDENTIALS else.</summary>
[SignedIn]
public sealed record DisableTotp(string? CurrentPassword = null, string? Code = null, string? RecoveryCode = null) : ISignInRequest<Unit>, IProven;

internal sealed class DisableTotpValidator : ProvenValidator<DisableTotp>;

internal sealed class DisableTotpHandler(ISecondFactors factors, SignInProof proof, IAuditLog audit, IRequestContext context) : ISignInHandler<DisableTotp, Unit>
{
    public async Task<Unit> Handle(DisableTotp request, CancellationToken ct)
    {
        var caller = context.Caller;
        await proof.RequireAsync(nameof(DisableTotp), request.CurrentPassword, request.Code, request.RecoveryCode, ct);
        await factors.RemoveAsync(caller.UserId, ct);
        await audit.WriteAsync(new AuditEntry(caller.TenantId, caller.UserId, nameof(DisableTotp), AuditOutcome.Succeeded, null, null, null), ct);
        return Unit.Value;
    }
}

/// <summary>
/// Makes ten new recovery codes; the earlier ones end. Proven by the password, a code or a recovery code; 401 INVALID_CREDENTIALS else. 409
/// INVALID_STATE without a second factor.
/// </summary>
[SignedIn]
public sealed record RenewRecoveryCodes(string? CurrentPassword = null, string? Code = null, string? RecoveryCode = null) : ISignInRequest<TotpRecovery>, IProven;

internal sealed class RenewRecoveryCodesValidator : ProvenValidator<RenewRecoveryCodes>;

internal sealed class RenewRecoveryCodesHandler(ISecondFactors factors, SignInProof proof, IAuditLog audit, IRequestContext context)
    : ISignInHandler<RenewRecoveryCodes, TotpRecovery>
{
    public async Task<TotpRecovery> Handle(RenewRecoveryCodes request, CancellationToken ct)
    {
        var (caller, codes) = (context.Caller, RecoveryCodes.New());
        await proof.RequireAsync(nameof(RenewRecoveryCodes), request.CurrentPassword, request.Code, request.RecoveryCode, ct);
        if (!await factors.RenewRecoveryCodesAsync(caller.UserId, codes, ct)) throw IdentityErrors.NoFactor();
        await audit.WriteAsync(new AuditEntry(caller.TenantId, caller.UserId, nameof(RenewRecoveryCodes), AuditOutcome.Succeeded, null, null, null), ct);
        return new TotpRecovery(codes);
    }
}

/// <summary>One proof, no more and no less: two would leave open which one counted.</summary>
internal abstract class ProvenValidator<T> : AbstractValidator<T> where T : IProven
{
    protected ProvenValidator() => RuleFor(c => c).Must(c => new[] { c.CurrentPassword, c.Code, c.RecoveryCode }.Count(p => p is not null) == 1)
        .OverridePropertyName("currentPassword").WithMessage("give one of currentPassword, code and recoveryCode");
}
