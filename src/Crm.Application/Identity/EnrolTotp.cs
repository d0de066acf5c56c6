using Crm.Application.Abstractions;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Identity;

/// <summary>The state of the caller's second factor.</summary>
/// <param name="IsEnabled">True when signing in asks for a code.</param>
/// <param name="ConfirmedAt">Since when.</param>
/// <param name="RecoveryCodesLeft">How many of the ten have not been used.</param>
public sealed record TotpStatus(bool IsEnabled, DateTimeOffset? ConfirmedAt, int RecoveryCodesLeft);

/// <summary>Whether signing in asks the caller for a code.</summary>
[SignedIn]
public sealed record GetTotp : IQuery<TotpStatus>;

internal sealed class GetTotpHandler(ISecondFactors factors, IRequestContext context) : IQueryHandler<GetTotp, TotpStatus>
{
    public async Task<TotpStatus> Handle(GetTotp query, CancellationToken ct) => await factors.FindAsync(context.Caller.UserId, ct) is { ConfirmedAt: { } since } factor
        ? new TotpStatus(true, since, factor.RecoveryCodes)
        : new TotpStatus(false, null, 0);
}

/// <summary>What an authenticator app needs; shown once.</summary>
/// <param name="Secret">The secret in base 32, to type.</param>
/// <param name="OtpauthUri">The same with everything else the app needs, to show as a QR code.</param>
public sealed record TotpEnrolment(string Secret, string OtpauthUri);

/// <summary>
/// Begins a second factor: a secret for an authenticator app. It is not asked for before a first code has confirmed it; beginning again replaces
/// it. A wrong password is 401 INVALID_CREDENTIALS and counts like a failed sign-in; whoever has none, because he signs in elsewhere, has no sign-in here that a
/// second factor could guard. 409 INVALID_STATE while one is in use.
/// </summary>
/// <param name="Password">The caller's password: a stolen session must not lock its owner out.</param>
[SignedIn]
public sealed record EnrolTotp(string Password) : ISignInRequest<TotpEnrolment>;

internal sealed class EnrolTotpHandler(ISecondFactors factors, IUserStore users, SignInProof proof, IRequestContext context) : ISignInHandler<EnrolTotp, TotpEnrolment>
{
    public async Task<TotpEnrolment> Handle(EnrolTotp request, CancellationToken ct)
    {
        await proof.RequireAsync(nameof(EnrolTotp), request.Password, null, null, ct);
        var account = await users.FindAsync(context.Caller.UserId, ct) ?? throw IdentityErrors.InvalidCredentials();
        var secret = Totp.NewSecret();
        if (!await factors.BeginAsync(account.Id, secret, ct)) throw IdentityErrors.FactorInUse();
        return new TotpEnrolment(Base32.Encode(secret), Totp.Uri(secret, account.Email));
    }
}

/// <summary>The codes that open the door once each without the authenticator; shown once.</summary>
/// <param name="RecoveryCodes">Ten of them, each good once.</param>
public sealed record TotpRecovery(IReadOnlyList<string> RecoveryCodes);

/// <summary>
/// Confirms a second factor by a first code: from now on signing in asks for one. Answers the recovery codes. 400 for a wrong code, 409
/// INVALID_STATE when nothing waits to be confirmed.
/// </summary>
[SignedIn]
public sealed record ConfirmTotp([Example("\"492039\"")] string Code) : ISignInRequest<TotpRecovery>;

internal sealed class ConfirmTotpHandler(ISecondFactors factors, IAuditLog audit, IRequestContext context, TimeProvider clock) : ISignInHandler<ConfirmTotp, TotpRecovery>
{
    public async Task<TotpRecovery> Handle(ConfirmTotp request, CancellationToken ct)
    {
        var caller = context.Caller;
        if (await factors.FindAsync(caller.UserId, ct) is not { ConfirmedAt: null, Secret: { } secret }) throw IdentityErrors.NothingToConfirm();
        if (Totp.Match(secret, request.Code, clock.GetUtcNow()) is not { } step) throw CrmException.Validation("code", "is not the code of this moment");
        var codes = RecoveryCodes.New();
        if (!await factors.ConfirmAsync(caller.UserId, step, codes, ct)) throw IdentityErrors.NothingToConfirm();
        await audit.WriteAsync(new AuditEntry(caller.TenantId, caller.UserId, nameof(ConfirmTotp), AuditOutcome.Succeeded, null, null, null), ct);
        return new TotpRecovery(codes);
    }
}
