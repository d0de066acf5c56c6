using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using FluentValidation;

namespace Crm.Application.Payments;

/// <summary>
/// Takes back an allocation, a refund or a write-off, or some of it, by an entry of its own; answers that. INVALID_STATE: less is left of the entry, or it takes back another one.
/// </summary>
/// <param name="Amount">How much; all that is left, when absent.</param>
/// <param name="Reason">Why, at most 2,000 characters.</param>
[Requires(Permissions.PaymentsWrite)]
public sealed record ReverseReceivableEntry(Guid Id, [Example("null")] Money? Amount = null, [Example("\"Another customer's\"")] string? Reason = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "receivable-entries";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ReverseReceivableEntryValidator : AbstractValidator<ReverseReceivableEntry>
{
    public ReverseReceivableEntryValidator()
    {
        RuleFor(c => c.Amount).MustBePositive();
        RuleFor(c => c.Reason).MustBeReason();
    }
}

internal sealed class ReverseReceivableEntryHandler(EntryReversal reversal) : ICommandHandler<ReverseReceivableEntry, Guid>
{
    public Task<Guid> Handle(ReverseReceivableEntry command, CancellationToken ct) => reversal.ReverseAsync(command.Id, null, command.Amount, command.Reason, ct);
}
