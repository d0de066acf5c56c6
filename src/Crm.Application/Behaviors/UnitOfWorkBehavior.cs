using Crm.Application.Abstractions;
using Crm.Domain.Common;
using MediatR;

namespace Crm.Application.Behaviors;

/// <summary>
/// Runs a command in one transaction: claim the idempotency key, run the handler, save changes and events once, render the
/// answer from what was written, keep it under the key, commit. A command inside a command is part of it and ends with it; a batch, which
/// goes on after a refusal, sets its own savepoints.
/// </summary>
internal sealed class UnitOfWorkBehavior<TRequest, TResponse>(IUnitOfWork unit, IIdempotencyStore replies, IRequestContext context,
    IEnumerable<IPreparation<TRequest>> preparations) : IPipelineBehavior<TRequest, TResponse> where TRequest : ICommand
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken ct, RequestHandlerDelegate<TResponse> next)
    {
        if (unit.IsOpen) return await next();
        foreach (var preparation in preparations) await preparation.PrepareAsync(request, ct);

        await unit.BeginAsync(ct);
        try
        {
            if (context.IdempotencyKey is { } key && await replies.ClaimAsync(key, ct) is { } stored)
            {
                context.Answer = stored;
                await unit.RollbackAsync();
                return default!;
            }
            var result = await next();
            await unit.SaveAsync(ct);
            if (context.Render is { } render)
            {
                context.Answer = await render(result, ct);
                if (context.IdempotencyKey is { } claimed) await replies.StoreAsync(claimed, context.Answer, ct);
            }
            await unit.CommitAsync(ct);
            return result;
        }
        catch
        {
            await unit.RollbackAsync();
            throw;
        }
    }
}
