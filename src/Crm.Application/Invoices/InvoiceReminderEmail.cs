using System.Globalization;
using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Commerce;
using Crm.Application.Documents;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>Keeps that an invoice was reminded of, and hands the e-mail to the outbox.</summary>
internal sealed class KeepReminderWhenInvoiceReminded(IInvoiceReminders reminders, IOutbox outbox, IPlanUsage usage) : IDomainEventHandler<InvoiceReminded>
{
    public async Task HandleAsync(InvoiceReminded reminded, CancellationToken ct)
    {
        await usage.TakeAsync(LimitNames.Emails, 1, ct);
        await reminders.KeepAsync(reminded, ct);
        outbox.Enqueue(reminded, InvoiceReminderEmail.SinkName);
    }
}

/// <summary>
/// Writes to the customer in the invoice's language what was due when he was to be reminded, with a letter by the organization's template for reminders as a PDF. An invoice of which nothing is due any
/// more by the time the e-mail leaves sends nothing.
/// </summary>
internal sealed class InvoiceReminderEmail(IReadDb db, IEmailSender email, PrintingDesk desk, InvoiceResource invoices, IRequestContext context) : IOutboxSink
{
    public const string SinkName = "email.reminder";

    private const string Sql = """
        select i.number as Number, i.language as Language, i.seller ->> 'name' as Seller, i.seller ->> 'iban' as Iban, i.seller ->> 'bic' as Bic, i.buyer ->> 'name' as Buyer, i.payment_url as PaymentUrl
        from crm_read.invoices i
        where i.tenant_id = @TenantId and i.id = @AggregateId and i.status in ('SENT', 'PARTIALLY_PAID', 'OVERDUE') and i.due_total_amount > 0 and i.deleted_at is null
        """;

    public string Name => SinkName;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<Letter>(Sql, new { message.AggregateId }, ct) is not { } letter) return;
        var told = JsonSerializer.Deserialize<Told>(message.Data, WireJson.Options)!;
        if (await desk.FindAsync<PrintedInvoice>(invoices, message.AggregateId, null, ct) is not var (invoice, seller, printed)) return;
        var reminder = PrintedReminder.Of(printed, told.Stage, told.DaysOverdue, told.DueTotal.Amount, TimeZones.DayIn(context.Caller.Tenant.TimeZone, message.OccurredAt));
        var (title, attachment) = await desk.AttachAsync(reminder, invoice.Language, null, seller, ct);
        var text = Write(letter, told, attachment is not null);
        await email.SendAsync(new EmailMessage(message.EventId, told.To, letter.Buyer, letter.Seller, title ?? $"{DocumentLabels.TitleOf(DocumentType.Reminder, letter.Language)} {letter.Number}", text) { Attachment = attachment }, ct);
    }

    /// <summary>The e-mail in Bulgarian (<c>bg</c>), else in English.</summary>
    internal static string Write(Letter letter, Told told, bool isAttached)
    {
        var bg = letter.Language == "bg";
        var days = (told.DaysOverdue == 1, bg) switch { (true, true) => "1 ден", (true, false) => "1 day", (false, true) => $"{Days()} дни", _ => $"{Days()} days" };
        var lines = new List<string>
        {
            bg ? $"Здравейте, {letter.Buyer}," : $"Dear {letter.Buyer},", "",
            bg ? $"Според нашите данни фактура № {letter.Number} със срок за плащане {told.DueDate:dd.MM.yyyy} все още не е платена изцяло. Закъснението е {days}."
                : $"Our records show that invoice no. {letter.Number}, which was due on {told.DueDate:yyyy-MM-dd}, has not been paid in full yet. It is {days} overdue.", "",
            bg ? $"Сума за плащане: {told.DueTotal}." : $"Amount due: {told.DueTotal}.",
        };
        if (letter.PaymentUrl is not null) lines.Add(bg ? $"Платете тук: {letter.PaymentUrl}" : $"Pay here: {letter.PaymentUrl}");
        if (letter.Iban is not null) lines.Add($"IBAN {letter.Iban}{(letter.Bic is null ? "" : $", BIC {letter.Bic}")}");
        if (isAttached) lines.AddRange(["", DocumentLabels.AttachedIn(letter.Language)]);
        lines.AddRange(["", bg ? "Ако междувременно сте платили, моля, не обръщайте внимание на това съобщение." : "If you have paid meanwhile, please disregard this message."]);
        lines.AddRange(["", bg ? "С уважение," : "Kind regards,", letter.Seller, ""]);
        return string.Join('\n', lines);

        string Days() => told.DaysOverdue.ToString(CultureInfo.InvariantCulture);
    }

    internal sealed record Letter(string Number, string Language, string Seller, string? Iban, string? Bic, string Buyer, string? PaymentUrl);

    internal sealed record Told(int Stage, EmailAddress To, DateOnly DueDate, int DaysOverdue, Money DueTotal);
}

/// <summary>A reminder as it is printed: the invoice, and what is due of it.</summary>
internal static class PrintedReminder
{
    public static PrintedDocument Of(PrintedDocument invoice, int stage, int daysOverdue, decimal due, DateOnly day) =>
        invoice with { Type = DocumentType.Reminder, Title = null, Date = day, ReminderStage = stage, DaysOverdue = daysOverdue, Payable = due };
}

/// <summary>Finds invoices to print reminders of: what the next one would say today.</summary>
internal sealed class ReminderPrints(InvoiceResource invoices, PrintingDesk desk, IRequestContext context, TimeProvider clock) : DocumentPrints<PrintedInvoice>(DocumentType.Reminder, invoices, desk)
{
    protected override PrintedDocument? Printed(FoundDocument<PrintedInvoice> found)
    {
        if (found.Record is not { IssuedAt: not null, Kind: InvoiceKind.Invoice, DueDate: { } due } invoice) return null;
        var today = TimeZones.DayIn(context.Caller.Tenant.TimeZone, clock.GetUtcNow());
        return PrintedReminder.Of(found.Printed, invoice.ReminderStage + 1, Math.Max(0, today.DayNumber - due.DayNumber), invoice.DueTotal.Amount, today);
    }
}
