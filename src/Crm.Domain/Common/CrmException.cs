namespace Crm.Domain.Common;

/// <summary>What kind of refusal a <see cref="CrmException"/> is; one HTTP status each.</summary>
public enum ErrorKind
{
    /// <summary>400: the input breaks a rule.</summary>
    Validation,

    /// <summary>401: no or bad credentials.</summary>
    Unauthenticated,

    /// <summary>402: the tenant's plan allows no more.</summary>
    PlanLimit,

    /// <summary>403: the caller may not do this.</summary>
    Forbidden,

    /// <summary>404: unknown, deleted, or invisible to the caller (which must look the same).</summary>
    NotFound,

    /// <summary>409: the state of a record does not allow this.</summary>
    Conflict,

    /// <summary>412: the caller's version is stale.</summary>
    PreconditionFailed,

    /// <summary>413: the body exceeds its limit.</summary>
    TooLarge,

    /// <summary>415: content of a kind that is not taken.</summary>
    UnsupportedType,

    /// <summary>422: well-formed, but refers to what is not there, deleted or invisible.</summary>
    Unprocessable,

    /// <summary>429: too many requests.</summary>
    RateLimited,

    /// <summary>503: the database or a broker is down.</summary>
    Unavailable,
}

/// <summary>
/// The one exception of the product: a refusal the caller is told about. <paramref name="code"/> is one of the codes of the wire
/// contract, <paramref name="errors"/> are messages by camelCase member path.
/// </summary>
public sealed class CrmException(
    ErrorKind kind, string code, string message, IReadOnlyDictionary<string, string[]>? errors = null) : Exception(message)
{
    /// <summary>The kind, which decides the HTTP status.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>The machine-readable code of the wire contract, such as <c>NOT_FOUND</c>.</summary>
    public string Code { get; } = code;

    /// <summary>Messages by camelCase member path, or null when no member is to blame.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; } = errors;

    /// <summary>The record a duplicate collides with; only set when the caller may see it.</summary>
    public Guid? ExistingId { get; init; }

    /// <summary>Further members of the answer by camelCase name (RFC 9457 §3.2), or null.</summary>
    public IReadOnlyDictionary<string, object>? Extensions { get; init; }

    /// <summary>How long the caller should wait before trying again (429, 503, requests in flight).</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>400 <c>VALIDATION_FAILED</c> for one member.</summary>
    public static CrmException Validation(string member, string message) => Validation(One(member, message));

    /// <summary>400 <c>VALIDATION_FAILED</c> with everything that is wrong, by camelCase member path.</summary>
    public static CrmException Validation(IReadOnlyDictionary<string, string[]> errors) =>
        new(ErrorKind.Validation, "VALIDATION_FAILED", "The request breaks one or more rules.", errors);

    /// <summary>404 <c>NOT_FOUND</c>; <paramref name="resource"/> is what was looked for, such as <c>lead</c>.</summary>
    public static CrmException NotFound(string resource) =>
        new(ErrorKind.NotFound, "NOT_FOUND", $"There is no such {resource}.");

    /// <summary>409 with a code of its own, such as <c>INVALID_STATE</c>.</summary>
    public static CrmException Conflict(string code, string message) => new(ErrorKind.Conflict, code, message);

    /// <summary>422 <c>UNPROCESSABLE</c>: <paramref name="member"/> refers to what is not there, deleted or invisible.</summary>
    public static CrmException Unprocessable(string member, string message) =>
        new(ErrorKind.Unprocessable, "UNPROCESSABLE", $"{member}: {message}", One(member, message));

    /// <summary>403 <c>FORBIDDEN</c>.</summary>
    public static CrmException Forbidden(string message) => new(ErrorKind.Forbidden, "FORBIDDEN", message);

    private static Dictionary<string, string[]> One(string member, string message) => new() { [member] = [message] };
}
