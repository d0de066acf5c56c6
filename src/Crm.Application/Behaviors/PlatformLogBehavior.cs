using Crm.Application.Abstractions;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Behaviors;

/// <summary>
/// Notes each use of the platform's key: what was changed in the transaction of the change, so that neither is there without the other; what was refused in one of its own.
/// </summary>
internal sealed class PlatformLogBehavior<TRequest, TResponse>(IPlatformLog log) : IPipelineBehavior<TRequest, TResponse> where TRequest : IPlatformRequest
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        TResponse answer;
        try
        {
            answer = await next();
        }
        catch (CrmException refusal) when (refusal.Kind != ErrorKind.Unavailable)
        {
            await log.RefusedAsync(request, refusal.Code, ct);
            throw;
        }
        await log.DoneAsync(request, ct);
        return answer;
    }
}
