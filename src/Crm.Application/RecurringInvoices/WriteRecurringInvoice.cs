using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Application.Commerce;
using Crm.Application.Records;
using Crm.Application.Resources;
using Crm.Domain.Common;
using Crm.Domain.RecurringInvoices;
using FluentValidation;

namespace Crm.Application.RecurringInvoices;

/// <summary>Begins a recurring invoice: the first one is made on its day. UNPROCESSABLE: that day is over, or a line's product, price or tax is not found. FORBIDDEN: it issues, and you may not.</summary>
[Requires(Permissions.RecurringInvoicesWrite)]
public sealed record CreateRecurringInvoice(RecurringInvoiceDetails Details) : ICommand<Guid>;

internal sealed class CreateRecurringInvoiceValidator : AbstractValidator<CreateRecurringInvoice>
{
    public CreateRecurringInvoiceValidator(RecurringInvoiceResource recurring) => RuleFor(c => c.Details).Meets(recurring);
}

internal sealed class CreateRecurringInvoiceHandler(IRepository<RecurringInvoice> recurring, DocumentSettings settings, IRequestContext context) : ICommandHandler<CreateRecurringInvoice, Guid>
{
    public async Task<Guid> Handle(CreateRecurringInvoice command, CancellationToken ct)
    {
        Issuing.EnsureAllowed(context.Caller, null, command.Details);
        var setting = await settings.OfAsync(command.Details, ct);
        var made = RecurringInvoice.Start(Ids.New(setting.Now), command.Details, setting);
        recurring.Add(made);
        return made.Id;
    }
}

/// <summary>
/// Changes what the next invoices say. INVALID_STATE: it has ended, or its rhythm is to change although an invoice was made. FORBIDDEN: it is to issue, and you may not.
/// </summary>
[Requires(Permissions.RecurringInvoicesWrite)]
public sealed record UpdateRecurringInvoice(Guid Id, Patch<RecurringInvoiceDetails> Changes) : ChangesRecord<RecurringInvoice, RecurringInvoiceDetails>(Id, Changes);

internal sealed class UpdateRecurringInvoiceHandler(IRepository<RecurringInvoice> recurring, DocumentSettings settings, IRequestContext context) : ICommandHandler<UpdateRecurringInvoice, Guid>
{
    public async Task<Guid> Handle(UpdateRecurringInvoice command, CancellationToken ct)
    {
        var found = await recurring.GetAsync(command.Id, ct);
        var details = command.Changes.ApplyTo(found.Details);
        Issuing.EnsureAllowed(context.Caller, found.Details, details);
        found.Change(details, await settings.OfAsync(details, ct));
        return found.Id;
    }
}

/// <summary>Who lets the service issue may issue himself: else a recurring invoice would be a way around that.</summary>
internal static class Issuing
{
    public static void EnsureAllowed(Caller caller, RecurringInvoiceDetails? before, RecurringInvoiceDetails after)
    {
        if (after.AutoIssue && after != before && !caller.May(Permissions.InvoicesIssue)) throw CrmException.Forbidden($"A recurring invoice with autoIssue needs the permission {Permissions.InvoicesIssue}.");
    }
}
