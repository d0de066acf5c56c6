using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>Reads access tokens of the other issuers that the configuration names.</summary>
public interface IOutsideTokens
{
    /// <summary>Their names; none when none is configured.</summary>
    IReadOnlyCollection<string> Issuers { get; }

    /// <summary>Whom the token speaks of.</summary>
    /// <exception cref="CrmException">TOKEN_EXPIRED; UNAUTHENTICATED for anything else that does not count; UNAVAILABLE when the issuer's keys
    /// could not be read even once.</exception>
    ValueTask<OutsideSubject> ValidateAsync(string token, CancellationToken ct);
}

/// <summary>Whom a token of another issuer speaks of.</summary>
/// <param name="Subject">The issuer's name for him.</param>
/// <param name="Email">His address: only if the issuer verified it, and is trusted to have.</param>
public sealed record OutsideSubject(string Issuer, string Subject, EmailAddress? Email);

/// <summary>
/// Tells who an outside subject is here: in each tenant the member he is linked to or, where he is not linked, the member with his
/// address. At most 10 s old, and anew at once after a change made by this instance.
/// </summary>
public interface ISubjectDirectory
{
    /// <summary>The tenants he reaches, and as whom.</summary>
    ValueTask<IReadOnlyList<SubjectReach>> FindAsync(OutsideSubject subject, CancellationToken ct);
}

/// <summary>A tenant that a subject reaches, and the user he is there.</summary>
public sealed record SubjectReach(Guid TenantId, Guid UserId);
