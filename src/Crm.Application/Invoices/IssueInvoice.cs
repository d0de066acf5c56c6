using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>
/// Issues a draft: it takes the next number of its series and year, keeps who sells and buys as they are now, and never changes again. UNPROCESSABLE names what an invoice must say and does not;
/// INVALID_STATE: it is issued.
/// </summary>
[Requires(Permissions.InvoicesIssue)]
public sealed record IssueInvoice(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class IssueInvoiceHandler(IRepository<Invoice> invoices, InvoiceIssuing issuing) : ICommandHandler<IssueInvoice, Guid>
{
    public async Task<Guid> Handle(IssueInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        await issuing.IssueAsync(invoice, ct);
        return invoice.Id;
    }
}

/// <summary>Issues invoices, whoever wants it.</summary>
public sealed class InvoiceIssuing(IssueSettings settings, INumbers numbers) : ISharedByUseCases
{
    /// <summary>Issues a draft that is held.</summary>
    /// <exception cref="CrmException">UNPROCESSABLE: it lacks what an invoice must say. INVALID_STATE: it is issued.</exception>
    public async Task IssueAsync(Invoice invoice, CancellationToken ct)
    {
        var setting = await settings.OfAsync(invoice.Details.CustomerId, invoice.Details.Language!, ct);
        invoice.EnsureIssuable(setting);
        var (series, year) = (invoice.Details.Series ?? setting.Series, setting.Today.Year);
        invoice.Issue(InvoiceNumber.Of(series, year, await numbers.NextAsync(InvoiceNumber.Counter(series, year), ct)), setting);
    }
}
