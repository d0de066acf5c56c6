using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Invoices;
using Crm.Domain.Common;
using Crm.Domain.Customers;
using Crm.Domain.Payments;
using FluentValidation;

namespace Crm.Application.Payments;

/// <summary>
/// Allocates a payment to invoices, all or none. INVALID_STATE names an amount that exceeds what is left of the payment or due of the invoice, and an invoice that is a draft, void or a credit note;
/// UNPROCESSABLE one that is not there or in another currency.
/// </summary>
/// <param name="Allocations">The invoices, 1–200, each once, and how much of the payment for each: as much as possible, when no amount is given.</param>
[Requires(Permissions.PaymentsWrite)]
public sealed record AllocatePayment(Guid Id, [Example("""[{"invoiceId": "01a1ff61-4f00-7c11-9d0b-5d1f5f0a5a10"}]""")] ValueList<PaymentAllocation> Allocations) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "payments";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class AllocatePaymentValidator : AbstractValidator<AllocatePayment>
{
    private const int Most = 200;

    public AllocatePaymentValidator() => RuleFor(c => c.Allocations).Custom((allocations, context) =>
    {
        if (allocations is null) return;
        if (allocations.Count is 0 or > Most) context.AddFailure("allocations", $"must be 1 to {Most}");
        for (var i = 0; i < allocations.Count; i++)
            if (allocations[i].Amount is { Amount: <= 0 }) context.AddFailure($"allocations[{i}].amount.amount", "must be above 0");
    });
}

internal sealed class AllocatePaymentHandler(IRepository<Payment> payments, IInvoiceRepository invoices, IRepository<Customer> customers, IRepository<ReceivableEntry> entries, IRequestContext context,
    BookingDay day, TimeProvider clock) : ICommandHandler<AllocatePayment, Guid>
{
    public async Task<Guid> Handle(AllocatePayment command, CancellationToken ct)
    {
        // One order of locks for all that moves money: the payment, then the invoices by their ids.
        var payment = await payments.GetAsync(command.Id, ct);
        var held = await invoices.HoldAsync([.. command.Allocations.Select(a => a.InvoiceId)], ct);
        var seen = held.Where(i => context.Caller.Sees(i.Value)).ToDictionary();
        foreach (var entry in payment.Allocate(command.Allocations, seen, day.Today, clock.GetUtcNow())) entries.Add(entry);
        if (payment.Details.CustomerId is null && await customers.FindAsync(seen[command.Allocations[0].InvoiceId].Details.CustomerId, ct) is { } customer) payment.BelongTo(customer.Id);
        return payment.Id;
    }
}
