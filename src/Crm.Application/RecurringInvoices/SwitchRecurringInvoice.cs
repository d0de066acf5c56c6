using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.RecurringInvoices;

namespace Crm.Application.RecurringInvoices;

/// <summary>Makes nothing until it is resumed. INVALID_STATE: it is not active.</summary>
[Requires(Permissions.RecurringInvoicesWrite)]
public sealed record PauseRecurringInvoice(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "recurring-invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class PauseRecurringInvoiceHandler(IRepository<RecurringInvoice> recurring) : ICommandHandler<PauseRecurringInvoice, Guid>
{
    public async Task<Guid> Handle(PauseRecurringInvoice command, CancellationToken ct)
    {
        var found = await recurring.GetAsync(command.Id, ct);
        found.Pause();
        return found.Id;
    }
}

/// <summary>Goes on with the first period that begins today or later; what fell into the pause is left out. INVALID_STATE: it is not paused. FORBIDDEN: it issues, and you may not.</summary>
[Requires(Permissions.RecurringInvoicesWrite)]
public sealed record ResumeRecurringInvoice(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "recurring-invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ResumeRecurringInvoiceHandler(IRepository<RecurringInvoice> recurring, IRequestContext context, TimeProvider clock) : ICommandHandler<ResumeRecurringInvoice, Guid>
{
    public async Task<Guid> Handle(ResumeRecurringInvoice command, CancellationToken ct)
    {
        var found = await recurring.GetAsync(command.Id, ct);
        Issuing.EnsureAllowed(context.Caller, null, found.Details);
        found.Resume(TimeZones.DayIn(context.Caller.Tenant.TimeZone, clock.GetUtcNow()));
        return found.Id;
    }
}

/// <summary>Ends it: nothing more is made. INVALID_STATE: it has ended.</summary>
[Requires(Permissions.RecurringInvoicesWrite)]
public sealed record EndRecurringInvoice(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "recurring-invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class EndRecurringInvoiceHandler(IRepository<RecurringInvoice> recurring) : ICommandHandler<EndRecurringInvoice, Guid>
{
    public async Task<Guid> Handle(EndRecurringInvoice command, CancellationToken ct)
    {
        var found = await recurring.GetAsync(command.Id, ct);
        found.End();
        return found.Id;
    }
}
