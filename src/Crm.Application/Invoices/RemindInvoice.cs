using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using FluentValidation;

namespace Crm.Application.Invoices;

/// <summary>
/// Reminds the customer of a late invoice by e-mail, at once and whether or not reminders are paused: stages are sent once, one after the other, never back. INVALID_STATE: nothing is due, its last day is not over,
/// or this stage or a later one was sent already. UNPROCESSABLE: the organization has fewer stages, or the customer no address.
/// </summary>
/// <param name="Stage">The stage of the reminder, from 1 to 10, and one of the organization's stages where it has any; the one after the last that was sent, when absent.</param>
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
    private const string About = """
        select c.email as Email, jsonb_array_length(s.dunning_stages) as Stages from crm_read.tenant_settings s
        left join crm_read.customers c on c.tenant_id = @TenantId and c.id = @CustomerId and c.deleted_at is null
        where s.tenant_id = @TenantId
        """;

    public async Task<Guid> Handle(RemindInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        var (now, stage) = (clock.GetUtcNow(), command.Stage ?? invoice.ReminderStage + 1);
        var today = TimeZones.DayIn(context.Caller.Tenant.TimeZone, now);
        invoice.EnsureRemindable(stage, today);
        var (email, stages) = (await db.FirstOrDefaultAsync<Row>(About, new { invoice.Details.CustomerId }, ct))!;
        // A stage that there is not would stand in the way of those that there are.
        if (stages > 0 && command.Stage > stages) throw CrmException.Unprocessable("stage", $"must be at most {stages}: the organization has no more stages");
        var to = command.To ?? (email is null ? throw CrmException.Unprocessable("to", "is required: the customer has no e-mail address") : EmailAddress.Parse(email));
        invoice.Remind(stage, to, today, now);
        return invoice.Id;
    }

    private sealed record Row(string? Email, int Stages);
}
