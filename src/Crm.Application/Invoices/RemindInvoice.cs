using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using FluentValidation;

namespace Crm.Application.Invoices;

/// <summary>
/// Reminds the customer of a late invoice by e-mail, at once and whether or not reminders are paused: each stage is sent once. INVALID_STATE: nothing is due, its last day is not over, or the stage was sent
/// already. UNPROCESSABLE: the customer has no address.
/// </summary>
/// <param name="Stage">The stage of the reminder, from 1 to 10; the one after the last, when absent.</param>
/// <param name="To">The address; the customer's, when absent.</param>
[Requires(Permissions.InvoicesIssue)]
public sealed record RemindInvoice(Guid Id, int? Stage = null, EmailAddress? To = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class RemindInvoiceValidator : AbstractValidator<RemindInvoice>
{
    public RemindInvoiceValidator() => RuleFor(c => c.Stage).InclusiveBetween(1, Dunning.MostStages).WithMessage($"must be between 1 and {Dunning.MostStages}");
}

internal sealed class RemindInvoiceHandler(IRepository<Invoice> invoices, IReadDb db, IRequestContext context, TimeProvider clock) : ICommandHandler<RemindInvoice, Guid>
{
    private const string Address = "select c.email as Email from crm_read.customers c where c.tenant_id = @TenantId and c.id = @CustomerId and c.deleted_at is null";

    public async Task<Guid> Handle(RemindInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        var (now, stage) = (clock.GetUtcNow(), command.Stage ?? invoice.ReminderStage + 1);
        var today = TimeZones.DayIn(context.Caller.Tenant.TimeZone, now);
        invoice.EnsureRemindable(stage, today);
        var to = command.To ?? await AddressAsync(invoice.Details.CustomerId, ct) ?? throw CrmException.Unprocessable("to", "is required: the customer has no e-mail address");
        invoice.Remind(stage, to, today, now);
        return invoice.Id;
    }

    private async Task<EmailAddress?> AddressAsync(Guid customerId, CancellationToken ct) =>
        await db.FirstOrDefaultAsync<Row>(Address, new { CustomerId = customerId }, ct) is { Email: { } email } ? EmailAddress.Parse(email) : null;

    private sealed record Row(string? Email);
}
