using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Payments;

namespace Crm.Application.Matching;

/// <summary>
/// Allocates one payment to the invoices it is clearly for; when nothing is clear it stays as it is. INVALID_STATE: nothing is left of it.
/// </summary>
[Requires(Permissions.PaymentsWrite)]
public sealed record MatchPayment(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "payments";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class MatchPaymentHandler(IRepository<Payment> payments, PaymentMatcher matcher) : ICommandHandler<MatchPayment, Guid>
{
    public async Task<Guid> Handle(MatchPayment command, CancellationToken ct)
    {
        var payment = await payments.GetAsync(command.Id, ct);
        if (payment.Unallocated.Amount <= 0) throw CrmException.Conflict("INVALID_STATE", "Nothing is left of the payment.");
        await matcher.MatchAsync([payment.Id], ct);
        return payment.Id;
    }
}
