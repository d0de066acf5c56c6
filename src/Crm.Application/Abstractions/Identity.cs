using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>
/// A request about sign-ins. It runs outside the unit of work and keeps small transactions of its own, because what it writes
/// when it refuses (a counted failure, a revoked family) must stay, and because no connection should be held while a password is hashed.
/// </summary>
public interface ISignInRequest<out TResult> : MediatR.IRequest<TResult>;

/// <summary>Answers a request about sign-ins.</summary>
public interface ISignInHandler<in TRequest, TResult> : MediatR.IRequestHandler<TRequest, TResult> where TRequest : ISignInRequest<TResult>;

/// <summary>Makes access tokens.</summary>
public interface ITokenIssuer
{
    /// <summary>A signed token for a user, who signed in to a tenant. It is good while the session lives, its own life at most.</summary>
    AccessToken Issue(Guid userId, Guid tenantId, Guid sessionId);
}

/// <summary>An access token and its life in seconds.</summary>
public sealed record AccessToken(string Text, int ExpiresIn);

/// <summary>Reads access tokens.</summary>
public interface ITokenValidator
{
    /// <summary>Whose token it is.</summary>
    /// <exception cref="CrmException">TOKEN_EXPIRED; UNAUTHENTICATED for anything else that is not one of ours.</exception>
    TokenIdentity Validate(ReadOnlySpan<char> token);

    /// <summary>True when the text begins like a token of ours: no other validator need look at it.</summary>
    bool Recognises(ReadOnlySpan<char> token);
}

/// <summary>The user, and the tenant he signed in to.</summary>
/// <param name="SessionId">The session the token was issued for; null where there is none to end.</param>
public sealed record TokenIdentity(Guid UserId, Guid TenantId, Guid? SessionId = null);

/// <summary>Keeps passwords so that they cannot be read back.</summary>
public interface IPasswordHasher
{
    /// <summary>A salted hash.</summary>
    string Hash(string password);

    /// <summary>Compares; without a hash it takes the same time and is wrong.</summary>
    PasswordCheck Verify(string? hash, string password);
}

/// <summary>How a password compares with a hash.</summary>
public enum PasswordCheck
{
    /// <summary>It is another one.</summary>
    Wrong,
    /// <summary>It is the one.</summary>
    Right,
    /// <summary>It is the one, and was hashed more cheaply than passwords are now.</summary>
    RightHashOutdated,
}

/// <summary>Tells what a user may do and see in a tenant. At most 10 s old, and at once after a change made by this instance.</summary>
public interface ICallerDirectory
{
    /// <summary>The user's standing in the tenant.</summary>
    ValueTask<Standing> FindAsync(Guid userId, Guid tenantId, CancellationToken ct);

    /// <summary>The same, and whether the session lives by which the user acts; it notes now and then that the session is used.</summary>
    ValueTask<Standing> FindAsync(Guid userId, Guid tenantId, Guid? sessionId, CancellationToken ct);
}

/// <summary>A user's standing in a tenant.</summary>
/// <param name="Caller">Null when he is no active member.</param>
/// <param name="IsSuspended">The tenant is suspended: nobody gets in.</param>
/// <param name="Reached">All tenants the user is an active member of.</param>
/// <param name="IsSignedOut">The session asked about has ended.</param>
public sealed record Standing(Caller? Caller, string? FullName, string? Email, bool IsSuspended, IReadOnlyList<Guid> Reached, bool IsSignedOut = false);

/// <summary>A user, across tenants. Nothing here but what signing in needs.</summary>
/// <param name="Tenants">Those he is an active member of.</param>
/// <param name="BelongsSomewhere">True when he is a member of any tenant, active or not.</param>
public sealed record UserAccount(Guid Id, string Email, string? PasswordHash, IReadOnlyList<Guid> Tenants, bool BelongsSomewhere)
{
    /// <summary>True when the password alone does not sign him in.</summary>
    public bool HasSecondFactor { get; init; }
}

/// <summary>Users and which tenants they reach. Works on the command's transaction where there is one.</summary>
public interface IUserStore
{
    /// <summary>The user with this address, or null.</summary>
    Task<UserAccount?> FindByEmailAsync(EmailAddress email, CancellationToken ct);

    /// <summary>The user with this id, or null.</summary>
    Task<UserAccount?> FindAsync(Guid userId, CancellationToken ct);

    /// <summary>Keeps a new user; without a password nobody signs in as him.</summary>
    /// <exception cref="CrmException">DUPLICATE: the address is taken.</exception>
    Task AddAsync(Guid userId, EmailAddress email, string? passwordHash, CancellationToken ct);

    /// <summary>Keeps a new password and ends every session of the user but the one <paramref name="keep"/> belongs to.</summary>
    Task ChangePasswordAsync(Guid userId, string passwordHash, string? keep, CancellationToken ct);

    /// <summary>Keeps the same password under a stronger hash instead of <paramref name="former"/>; false when that is the user's no more.</summary>
    Task<bool> StrengthenAsync(Guid userId, string former, string passwordHash, CancellationToken ct);

    /// <summary>Makes a tenant.</summary>
    Task AddTenantAsync(Guid tenantId, CancellationToken ct);

    /// <summary>The user is a member of the tenant; if not <paramref name="active"/>, he cannot enter and his sessions in it end.</summary>
    Task EnrolAsync(Guid userId, Guid tenantId, bool active, CancellationToken ct);

    /// <summary>The user is no member any more; his sessions in the tenant end.</summary>
    Task ExpelAsync(Guid userId, Guid tenantId, CancellationToken ct);
}

/// <summary>Enters a tenant in the middle of a command: the one that has just been made.</summary>
public interface ITenantEntry
{
    /// <summary>From here on the command acts for this caller, and the transaction is his tenant's.</summary>
    Task EnterAsync(Caller caller, CancellationToken ct);
}

/// <summary>Slows down who guesses passwords. Counts for unknown addresses as for known ones.</summary>
public interface ILoginThrottle
{
    /// <summary>Refuses when there were too many failures for this address, or from where the request comes.</summary>
    /// <exception cref="CrmException">RATE_LIMITED, with how long to wait.</exception>
    Task EnsureOpenAsync(string email, CancellationToken ct);

    /// <summary>Counts a failure, durably.</summary>
    Task FailedAsync(string email, CancellationToken ct);

    /// <summary>Forgets the failures of who got in.</summary>
    Task SucceededAsync(string email, CancellationToken ct);
}
