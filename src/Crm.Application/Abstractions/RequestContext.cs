using Crm.Domain.Common;

namespace Crm.Application.Abstractions;

/// <summary>What a request carries besides its body. One per scope.</summary>
public interface IRequestContext
{
    /// <summary>Who is calling.</summary>
    /// <exception cref="CrmException">UNAUTHENTICATED when nobody is.</exception>
    Caller Caller { get; }

    /// <summary>True when the request carries valid credentials.</summary>
    bool IsAuthenticated { get; }

    /// <summary>True when the request carries the platform's key: then it acts for no tenant.</summary>
    bool IsPlatform { get; }

    /// <summary>The id of this request; events carry it.</summary>
    string RequestId { get; }

    /// <summary>Groups everything that follows from one outer cause; the request's id unless the caller gave one.</summary>
    string CorrelationId { get; }

    /// <summary>What caused this request, when that is known (an event's id).</summary>
    string? CausationId { get; }

    /// <summary>The network address the request came from.</summary>
    string? SourceAddress { get; }

    /// <summary>What the client calls itself (User-Agent), at most 300 characters.</summary>
    string? UserAgent { get; }

    /// <summary>The version the caller says it has seen of one record (If-Match).</summary>
    Precondition? Precondition { get; set; }

    /// <summary>The caller's key for safe retries, if it sent one.</summary>
    IdempotencyKey? IdempotencyKey { get; }

    /// <summary>Turns a command's result into its answer inside the transaction; null outside HTTP.</summary>
    Func<object?, CancellationToken, Task<Answer>>? Render { get; }

    /// <summary>The answer rendered, or replayed, for this request.</summary>
    Answer? Answer { get; set; }

    /// <summary>Acts for a tenant before a caller is known: registration and workers.</summary>
    void ActAs(Caller caller);

    /// <summary>Says that what follows was caused by an event: by which one, and what it all began with.</summary>
    void FollowFrom(Guid eventId, string? correlationId);
}

/// <summary>The service itself as the one who acts for a tenant.</summary>
public interface ISystemCallers
{
    /// <summary>The tenant's, with its settings and custom fields, at most 10 s old; null when there is no such tenant.</summary>
    /// <exception cref="CrmException">TENANT_SUSPENDED: nothing is done for it.</exception>
    ValueTask<Caller?> FindAsync(Guid tenantId, CancellationToken ct);
}

/// <summary>The versions of one record that a change may build on. Null versions = any ("*").</summary>
public sealed record Precondition(Guid RecordId, IReadOnlyList<int>? Versions)
{
    /// <summary>Refuses a change to another version than the caller has seen.</summary>
    /// <exception cref="CrmException">PRECONDITION_FAILED.</exception>
    public void Check(Guid id, int version)
    {
        if (id == RecordId && Versions is not null && !Versions.Contains(version))
            throw new CrmException(ErrorKind.PreconditionFailed, "PRECONDITION_FAILED",
                $"The record has version {version}; If-Match names another.");
    }
}

/// <summary>A client's key for safe retries (draft-ietf-httpapi-idempotency-key-header) and the fingerprint of what it came with.</summary>
public sealed record IdempotencyKey(string Key, byte[] Fingerprint);

/// <summary>An answer as bytes, so that a replay repeats it exactly.</summary>
public record Answer(int Status, ReadOnlyMemory<byte> Body, string? ETag = null, string? Location = null)
{
    /// <summary>True when these bytes were stored by an earlier request with the same key.</summary>
    public bool Replayed { get; init; }
}
