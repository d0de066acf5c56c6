using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Payments;

namespace Crm.Application.Payments;

/// <summary>Takes back all that is left of an allocation: the money is the payment's again, and due of the invoice.</summary>
/// <param name="AllocationId">One of the payment's allocations.</param>
[Requires(Permissions.PaymentsWrite)]
public sealed record RemoveAllocation(Guid Id, Guid AllocationId) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "payments";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RemoveAllocationHandler(IRepository<Payment> payments, EntryReversal reversal) : ICommandHandler<RemoveAllocation, Guid>
{
    public async Task<Guid> Handle(RemoveAllocation command, CancellationToken ct)
    {
        var payment = await payments.GetAsync(command.Id, ct);
        return await reversal.ReverseAsync(command.AllocationId, payment.Id, null, null, ct);
    }
}
