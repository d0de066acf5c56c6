using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Commerce;
using Crm.Application.Documents;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>Sends an issued document to the customer by e-mail; it may be sent again. INVALID_STATE: it is a draft, or void. UNPROCESSABLE: nobody knows an address.</summary>
/// <param name="To">The address; the customer's as it was at the issue, when absent.</param>
[Requires(Permissions.InvoicesIssue)]
public sealed record SendInvoice(Guid Id, EmailAddress? To = null) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "invoices";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class SendInvoiceHandler(IRepository<Invoice> invoices, TimeProvider clock) : ICommandHandler<SendInvoice, Guid>
{
    public async Task<Guid> Handle(SendInvoice command, CancellationToken ct)
    {
        var invoice = await invoices.GetAsync(command.Id, ct);
        invoice.Send(command.To, clock.GetUtcNow());
        return invoice.Id;
    }
}

internal sealed class SendInvoiceWhenSent(IOutbox outbox, IPlanUsage usage) : IDomainEventHandler<InvoiceSent>
{
    public async Task HandleAsync(InvoiceSent sent, CancellationToken ct)
    {
        await usage.TakeAsync(LimitNames.Emails, 1, ct);
        outbox.Enqueue(sent, InvoiceEmail.SinkName);
    }
}

/// <summary>Writes to the customer in the document's language, with the document as a PDF.</summary>
internal sealed class InvoiceEmail(IReadDb db, IEmailSender email, PrintingDesk desk, InvoiceResource invoices) : IOutboxSink
{
    public const string SinkName = "email.invoice";

    private const string Sql = """
        select i.kind as Kind, i.number as Number, i.language as Language, i.due_date as DueDate, i.total_amount as Total, i.due_total_amount as Due, i.currency as Currency,
          i.seller ->> 'name' as Seller, i.seller ->> 'iban' as Iban, i.seller ->> 'bic' as Bic, i.buyer ->> 'name' as Buyer, i.payment_url as PaymentUrl
        from crm_read.invoices i where i.tenant_id = @TenantId and i.id = @AggregateId and i.deleted_at is null
        """;

    public string Name => SinkName;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<Letter>(Sql, new { message.AggregateId }, ct) is not { } letter) return;
        using var told = JsonDocument.Parse(message.Data);
        var to = EmailAddress.Parse(told.RootElement.GetProperty("to").GetString());
        var attachment = await desk.AttachAsync<PrintedInvoice>(invoices, message.AggregateId, ct);
        var (subject, text) = Write(letter, attachment is not null);
        await email.SendAsync(new EmailMessage(message.EventId, to, letter.Buyer, letter.Seller, subject, text) { Attachment = attachment }, ct);
    }

    /// <summary>The e-mail in Bulgarian (<c>bg</c>), else in English.</summary>
    internal static (string Subject, string Text) Write(Letter letter, bool isAttached)
    {
        var (isNote, bg) = (letter.Kind == "CREDIT_NOTE", letter.Language == "bg");
        var what = isNote ? DocumentLabels.CreditNoteIn(letter.Language) : DocumentLabels.TitleOf(DocumentType.Invoice, letter.Language);
        var lines = new List<string>
        {
            bg ? $"Здравейте, {letter.Buyer}," : $"Dear {letter.Buyer},", "",
            bg ? $"{what} № {letter.Number} е на стойност {Money.Total(letter.Total, letter.Currency)}." : $"{what} no. {letter.Number} comes to {Money.Total(letter.Total, letter.Currency)}.",
        };
        if (letter.Due > 0)
        {
            var due = Money.Total(letter.Due, letter.Currency);
            lines.Add(bg ? $"За плащане до {letter.DueDate:dd.MM.yyyy}: {due}." : $"To be paid by {letter.DueDate:yyyy-MM-dd}: {due}.");
            if (letter.PaymentUrl is not null) lines.Add(bg ? $"Платете тук: {letter.PaymentUrl}" : $"Pay here: {letter.PaymentUrl}");
            if (letter.Iban is not null) lines.Add($"IBAN {letter.Iban}{(letter.Bic is null ? "" : $", BIC {letter.Bic}")}");
        }
        if (isAttached) lines.AddRange(["", DocumentLabels.AttachedIn(letter.Language)]);
        lines.AddRange(["", bg ? "С уважение," : "Kind regards,", letter.Seller, ""]);
        return ($"{what} {letter.Number}", string.Join('\n', lines));
    }

    internal sealed record Letter(string Kind, string Number, string Language, DateOnly? DueDate, decimal Total, decimal Due, string Currency, string Seller, string? Iban, string? Bic, string Buyer, string? PaymentUrl = null);
}
