using Crm.Application.Abstractions;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Behaviors;

/// <summary>
/// Writes an audit row for a command that was refused or failed. A success needs none: its events carry the actor, the
/// source and the request, and are the record of it.
/// </summary>
internal sealed class AuditBehavior<TRequest, TResponse>(IAuditLog audit, IRequestContext context, ITransaction transaction)
    : IPipelineBehavior<TRequest, TResponse> where TRequest : notnull
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        try
        {
            return await next();
        }
        catch (CrmException refusal) when (IsAudited(request, refusal))
        {
            await audit.WriteAsync(AuditedRequest.Entry(request.GetType(), (request as IAuditedSubject)?.Resource,
                (request as IAuditedSubject)?.RecordId, context.Caller, refusal), ct);
            throw;
        }
    }

    private bool IsAudited(TRequest request, CrmException refusal) =>
        context.IsAuthenticated && !transaction.IsOpen && refusal.Kind != ErrorKind.Unavailable
        && (request is ICommand || refusal.Kind == ErrorKind.Forbidden);
}

/// <summary>A request that can say which record it is about.</summary>
public interface IAuditedSubject
{
    /// <summary>The resource's name, such as leads.</summary>
    string? Resource { get; }

    /// <summary>The record, when there is one yet.</summary>
    Guid? RecordId { get; }
}

/// <summary>Makes the audit row of a refused request.</summary>
public static class AuditedRequest
{
    /// <summary>The row; the detail holds the code, never the payload.</summary>
    public static AuditEntry Entry(Type request, string? resource, Guid? recordId, Caller caller, CrmException refusal) => new(
        caller.TenantId, caller.UserId == Guid.Empty ? null : caller.UserId, request.Name,
        refusal.Kind is ErrorKind.Forbidden or ErrorKind.Unauthenticated ? AuditOutcome.Refused : AuditOutcome.Failed,
        resource, recordId, new { code = refusal.Code });
}
