using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Identity;

/// <summary>A user's second factor.</summary>
/// <param name="Secret">What codes are made of; null when it cannot be read, because the key it was sealed with is not here.</param>
/// <param name="ConfirmedAt">Since when it is asked for; null while it has not been confirmed by a first code.</param>
/// <param name="RecoveryCodes">How many are left.</param>
public sealed record SecondFactor(byte[]? Secret, DateTimeOffset? ConfirmedAt, int RecoveryCodes);

/// <summary>Second factors. Secrets are sealed and recovery codes hashed. Every call is a transaction of its own.</summary>
public interface ISecondFactors
{
    /// <summary>The user's, or null when he has none.</summary>
    Task<SecondFactor?> FindAsync(Guid userId, CancellationToken ct);

    /// <summary>Keeps a secret that is to be confirmed, instead of an earlier one; false when a confirmed one is there.</summary>
    Task<bool> BeginAsync(Guid userId, byte[] secret, CancellationToken ct);

    /// <summary>The first code came: from now on it is asked for. False when somebody was faster.</summary>
    Task<bool> ConfirmAsync(Guid userId, long step, IReadOnlyList<string> recoveryCodes, CancellationToken ct);

    /// <summary>Spends the code of a step; false when it, or a later one, was spent before.</summary>
    Task<bool> SpendAsync(Guid userId, long step, CancellationToken ct);

    /// <summary>Spends a recovery code; false when it is none, or was spent before.</summary>
    Task<bool> SpendRecoveryCodeAsync(Guid userId, string code, CancellationToken ct);

    /// <summary>Keeps these recovery codes instead of all earlier ones; false when there is no confirmed factor.</summary>
    Task<bool> RenewRecoveryCodesAsync(Guid userId, IReadOnlyList<string> recoveryCodes, CancellationToken ct);

    /// <summary>The user has no second factor any more.</summary>
    Task RemoveAsync(Guid userId, CancellationToken ct);
}

/// <summary>Slows down who guesses codes: by user, from wherever the guesses come, because who guesses knows the password already.</summary>
public interface ISecondFactorThrottle
{
    /// <summary>Refuses when there were too many failures.</summary>
    /// <exception cref="CrmException">RATE_LIMITED, with how long to wait.</exception>
    Task EnsureOpenAsync(Guid userId, CancellationToken ct);

    /// <summary>Counts a failure, durably.</summary>
    Task FailedAsync(Guid userId, CancellationToken ct);

    /// <summary>Forgets the failures of who got in.</summary>
    Task SucceededAsync(Guid userId, CancellationToken ct);
}

/// <summary>What somebody holds between the password and the code: a token of some minutes, good for nothing else.</summary>
public interface ISignInChallenges
{
    /// <summary>Makes the token of a user whose password was right.</summary>
    SignInChallenge Issue(Guid userId, Guid tenantId, string passwordHash);

    /// <summary>Whose token it is; null when it is none of ours or has expired.</summary>
    SignInTicket? Read(string token);

    /// <summary>True when the user still has the password that the token was given for.</summary>
    bool Fits(SignInTicket ticket, string? passwordHash);
}

/// <summary>The token, and its life in seconds.</summary>
public sealed record SignInChallenge(string Token, int ExpiresIn);

/// <summary>What a token says.</summary>
/// <param name="PasswordMark">Tells one password hash from another, and nothing about either.</param>
public sealed record SignInTicket(Guid UserId, Guid TenantId, byte[] PasswordMark);
