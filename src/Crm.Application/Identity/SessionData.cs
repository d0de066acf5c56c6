using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Members;
using FluentValidation;

namespace Crm.Application.Identity;

/// <summary>What signing in answers.</summary>
/// <param name="ExpiresIn">Seconds the access token lives.</param>
/// <param name="AccessToken">Send it as Authorization: Bearer.</param>
/// <param name="RefreshToken">Exchange it for the next pair when the access token has expired; it works once.</param>
/// <param name="TokenType">Always Bearer.</param>
/// <param name="TenantId">The tenant the tokens are for.</param>
public sealed record SessionData(string AccessToken, string RefreshToken, string TokenType, int ExpiresIn, Guid TenantId, SessionUser User)
{
    internal static SessionData Of(ITokenIssuer tokens, OpenSession session, Guid tenantId, SessionUser user)
    {
        var access = tokens.Issue(user.Id, tenantId, session.Id);
        return new SessionData(access.Text, session.RefreshToken, "Bearer", access.ExpiresIn, tenantId, user);
    }

    internal static SessionData Of(ITokenIssuer tokens, OpenSession session, Standing standing) =>
        Of(tokens, session, standing.Caller!.TenantId, new SessionUser(standing.Caller.UserId, standing.FullName!, standing.Email!, standing.Caller.Role));
}

/// <summary>Who signed in.</summary>
/// <param name="Role">What the user may do in this tenant.</param>
public sealed record SessionUser(Guid Id, string FullName, string Email, Role Role);

/// <summary>The ways in which signing in refuses.</summary>
public static class IdentityErrors
{
    /// <summary>401: the same for a wrong e-mail and a wrong password.</summary>
    public static CrmException InvalidCredentials() => new(ErrorKind.Unauthenticated, "INVALID_CREDENTIALS", "The e-mail or the password is wrong.");

    /// <summary>401: the password was right; now the second factor. With the token that says so.</summary>
    public static CrmException MfaRequired(SignInChallenge challenge) => new(ErrorKind.Unauthenticated, "MFA_REQUIRED", "The password is right; now the code: POST /auth/login/totp.")
    {
        Extensions = new Dictionary<string, object> { ["mfaToken"] = challenge.Token, ["mfaExpiresIn"] = challenge.ExpiresIn },
    };

    /// <summary>401: the password was right; the same again with a code.</summary>
    public static CrmException CodeRequired() => new(ErrorKind.Unauthenticated, "MFA_REQUIRED", "This account has a second factor: send code or recoveryCode too.");

    /// <summary>401: the same for a wrong code and one that was used.</summary>
    public static CrmException InvalidCode() => new(ErrorKind.Unauthenticated, "INVALID_CREDENTIALS", "The code is wrong, or was used before.");

    /// <summary>409: it must be given up before another one is begun.</summary>
    public static CrmException FactorInUse() => CrmException.Conflict("INVALID_STATE", "A second factor is in use; disable it first.");

    /// <summary>409: no secret waits for its first code.</summary>
    public static CrmException NothingToConfirm() => CrmException.Conflict("INVALID_STATE", "No second factor waits to be confirmed; begin with POST /auth/totp.");

    /// <summary>403: the tenant asks for one that the caller has not.</summary>
    public static CrmException SecondFactorRequired() => CrmException.Forbidden("Your organization asks for a second factor: set one up with POST /auth/totp.");

    /// <summary>409: there is none.</summary>
    public static CrmException NoFactor() => CrmException.Conflict("INVALID_STATE", "There is no second factor.");

    /// <summary>401: no, or no good, credentials.</summary>
    public static CrmException Unauthenticated(string message) => new(ErrorKind.Unauthenticated, "UNAUTHENTICATED", message);

    /// <summary>400: which tenant is meant cannot be told.</summary>
    public static CrmException InvalidTenant(string message) => new(ErrorKind.Validation, "INVALID_TENANT", message);

    /// <summary>403: the user is no member of the tenant, or the tenant does not exist.</summary>
    public static CrmException TenantForbidden() => new(ErrorKind.Forbidden, "TENANT_FORBIDDEN", "You are no member of this tenant.");

    /// <summary>403: the tenant is suspended.</summary>
    public static CrmException TenantSuspended() => new(ErrorKind.Forbidden, "TENANT_SUSPENDED", "This tenant is suspended.");
}

/// <summary>What passwords must be: long. Classes of characters make them harder to remember, not to guess (NIST SP 800-63B §5.1.1.2).</summary>
public static class PasswordRules
{
    /// <summary>Shortest, in characters.</summary>
    public const int MinLength = 10;
    /// <summary>Longest, in characters.</summary>
    public const int MaxLength = 200;

    /// <summary>A password somebody chooses.</summary>
    public static IRuleBuilderOptions<T, string> IsNewPassword<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(p => p.Length is >= MinLength and <= MaxLength).WithMessage($"must be {MinLength} to {MaxLength} characters")
        .Must(p => p.Distinct().Count() > 3).WithMessage("must not repeat the same few characters");

    /// <summary>A name of 1–300 characters.</summary>
    public static IRuleBuilderOptions<T, string> IsName<T>(this IRuleBuilder<T, string> rule) => rule
        .Must(n => n.Length > 0 && (n.Length <= 300 || n.EnumerateRunes().Count() <= 300)).WithMessage("must be 1 to 300 characters");
}
