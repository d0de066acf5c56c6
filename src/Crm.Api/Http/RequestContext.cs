using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Api.Http;

/// <summary>What the current request carries; filled by the middleware and the dispatcher, read by the pipeline.</summary>
internal sealed class RequestContext : IRequestContext
{
    private Caller? _caller;

    public Caller Caller => _caller ?? throw Unauthenticated("This needs a bearer token or an API key.");

    public bool IsAuthenticated => _caller is not null;

    public bool IsPlatform { get; set; }

    public string RequestId { get; set; } = "";

    public string CorrelationId { get; set; } = "";

    public string? CausationId { get; set; }

    public string? SourceAddress { get; set; }

    public string? UserAgent { get; set; }

    public Precondition? Precondition { get; set; }

    public IdempotencyKey? IdempotencyKey { get; set; }

    public Func<object?, CancellationToken, Task<Answer>>? Render { get; set; }

    public Answer? Answer { get; set; }

    /// <summary>When the request came, for measuring.</summary>
    public long Started { get; set; }

    /// <summary>True when its answer has begun and goes on for as long as the client stays: it has been measured.</summary>
    public bool HasBegun { get; set; }

    public void ActAs(Caller caller) => _caller = caller;

    public void FollowFrom(Guid eventId, string? correlationId) => (CausationId, CorrelationId) = (eventId.ToString(), correlationId ?? eventId.ToString());

    /// <summary>The same request in another scope, for a repeated command.</summary>
    public void CopyFrom(RequestContext other)
    {
        (_caller, IsPlatform) = (other._caller, other.IsPlatform);
        (RequestId, CorrelationId, CausationId, SourceAddress, UserAgent) = (other.RequestId, other.CorrelationId, other.CausationId, other.SourceAddress, other.UserAgent);
        (Precondition, IdempotencyKey) = (other.Precondition, other.IdempotencyKey);
    }

    public static CrmException Unauthenticated(string message) => new(ErrorKind.Unauthenticated, "UNAUTHENTICATED", message);
}
