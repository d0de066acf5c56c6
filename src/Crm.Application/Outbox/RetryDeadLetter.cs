using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;

namespace Crm.Application.Outbox;

/// <summary>A delivery that is due again.</summary>
/// <param name="NextTryAt">When it will be tried.</param>
public sealed record Revived(Guid Id, DateTimeOffset NextTryAt);

/// <summary>Gives a delivery that was given up all its tries again. A delivery that is not dead is NOT_FOUND here.</summary>
[Requires(Permissions.OutboxWrite)]
public sealed record RetryDeadLetter(Guid Id) : ICommand<Revived>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "dead-letters";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RetryDeadLetterHandler(IDeadLetters letters, IAuditLog audit, IRequestContext context)
    : ICommandHandler<RetryDeadLetter, Revived>
{
    public async Task<Revived> Handle(RetryDeadLetter command, CancellationToken ct)
    {
        var due = await letters.ReviveAsync(command.Id, ct) ?? throw CrmException.NotFound("dead letter");
        // It changes no record and so leaves no event to tell of it.
        await audit.WriteAsync(new AuditEntry(context.Caller.TenantId, context.Caller.UserId, nameof(RetryDeadLetter), AuditOutcome.Succeeded, "dead-letters", command.Id, null), ct);
        return new Revived(command.Id, due);
    }
}
