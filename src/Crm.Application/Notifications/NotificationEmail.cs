using Crm.Application.Abstractions;
using Crm.Domain.Common;
using Crm.Domain.Notifications;

namespace Crm.Application.Notifications;

/// <summary>Hands a new notification to e-mail and text message, as its member prefers. What a digest gathers waits for it.</summary>
internal sealed class SendNotificationWhenCreated(IRepository<Notification> notifications, INotificationPreferences preferences, ISmsSender sms, IOutbox outbox) : IDomainEventHandler<Created<Notification>>
{
    public async Task HandleAsync(Created<Notification> created, CancellationToken ct)
    {
        if (await notifications.FindAsync(created.Id, ct) is not { Details: { MemberId: { } member } details }) return;
        var (kind, wanted) = (Binding.Choices.Text(details.Kind), await preferences.FindAsync(member, ct));
        if (wanted.Digest == DigestRhythm.None && wanted.Email.Contains(kind)) outbox.Enqueue(created, NotificationEmail.SinkName);
        if (sms.IsOn && wanted.Phone is not null && wanted.Sms.Contains(kind)) outbox.Enqueue(created, NotificationSms.SinkName);
    }
}

/// <summary>Sends one notification by e-mail, in the member's language. One that is gone, or whose member is, sends nothing.</summary>
internal sealed class NotificationEmail(IReadDb db, IEmailSender email, IRequestContext context) : IOutboxSink
{
    public const string SinkName = "email.notification";

    private const string Sql = """
        select n.kind as Kind, n.title as Title, n.body as Body, m.email as Email, m.full_name as FullName, m.language as Language
        from crm_read.notifications n
        join crm_read.members m on m.tenant_id = @TenantId and m.id = n.member_id and m.deleted_at is null and m.is_active
        where n.tenant_id = @TenantId and n.id = @AggregateId and n.deleted_at is null
        """;

    public string Name => SinkName;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<Row>(Sql, new { message.AggregateId }, ct) is not { } told) return;
        var tenant = context.Caller.Tenant;
        var (subject, text) = Write(told.Language ?? tenant.Language, tenant.Name, told.FullName, told.Kind, told.Title, told.Body);
        await email.SendAsync(new EmailMessage(message.EventId, EmailAddress.Parse(told.Email), told.FullName, tenant.Name, subject, text), ct);
    }

    /// <summary>The e-mail in Bulgarian (<c>bg</c>), else in English.</summary>
    internal static (string Subject, string Text) Write(string language, string organization, string member, string kind, string title, string? body)
    {
        var (line, more) = (NotificationTexts.Line(language, kind, title), body is null ? "" : $"\n{body}\n");
        return language == "bg"
            ? (line, $"""
                Здравейте, {member},

                {line}
                {more}
                {organization}

                """)
            : (line, $"""
                Hello {member},

                {line}
                {more}
                {organization}

                """);
    }

    private sealed record Row(string Kind, string Title, string? Body, string Email, string FullName, string? Language);
}

/// <summary>Sends one notification as a text message.</summary>
internal sealed class NotificationSms(IReadDb db, ISmsSender sms, IRequestContext context) : IOutboxSink
{
    public const string SinkName = "sms.notification";

    private const string Sql = """
        select n.kind as Kind, n.title as Title, p.phone as Phone, m.language as Language
        from crm_read.notifications n
        join crm_read.members m on m.tenant_id = @TenantId and m.id = n.member_id and m.deleted_at is null and m.is_active
        join crm_read.notification_preferences p on p.tenant_id = @TenantId and p.member_id = n.member_id and p.phone is not null
        where n.tenant_id = @TenantId and n.id = @AggregateId and n.deleted_at is null
        """;

    public string Name => SinkName;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<Row>(Sql, new { message.AggregateId }, ct) is not { } told) return;
        var tenant = context.Caller.Tenant;
        await sms.SendAsync(new SmsMessage(message.EventId, told.Phone, $"{tenant.Name}: {NotificationTexts.Line(told.Language ?? tenant.Language, told.Kind, told.Title)}"), ct);
    }

    private sealed record Row(string Kind, string Title, string Phone, string? Language);
}

/// <summary>What notifications are called to people.</summary>
internal static class NotificationTexts
{
    /// <summary>One line in Bulgarian (<c>bg</c>), else in English.</summary>
    public static string Line(string language, string kind, string title) => kind == NotificationKinds.Workflow ? title : $"{Kind(language, kind)}: {title}";

    private static string Kind(string language, string kind) => (kind, language == "bg") switch
    {
        (NotificationKinds.TaskAssigned, true) => "Нова задача за Вас",
        (NotificationKinds.TaskAssigned, false) => "A task for you",
        (NotificationKinds.TaskDueSoon, true) => "Задача с наближаващ срок",
        (NotificationKinds.TaskDueSoon, false) => "A task is due soon",
        (NotificationKinds.TaskOverdue, true) => "Задача с изтекъл срок",
        (NotificationKinds.TaskOverdue, false) => "A task is overdue",
        (NotificationKinds.DealWon, true) => "Спечелена сделка",
        (NotificationKinds.DealWon, false) => "A deal was won",
        (NotificationKinds.DealLost, true) => "Загубена сделка",
        (NotificationKinds.DealLost, false) => "A deal was lost",
        (NotificationKinds.Mention, true) => "Споменаха Ви",
        (NotificationKinds.Mention, false) => "You were mentioned",
        (NotificationKinds.LeadRouted, true) => "Нов потенциален клиент за Вас",
        (NotificationKinds.LeadRouted, false) => "A lead for you",
        (NotificationKinds.ApprovalRequested, true) => "Поискано е Вашето одобрение",
        (NotificationKinds.ApprovalRequested, false) => "Your approval is requested",
        (NotificationKinds.OfferAccepted, true) => "Оферта беше приета",
        (NotificationKinds.OfferAccepted, false) => "An offer was accepted",
        (NotificationKinds.OfferDeclined, true) => "Оферта беше отказана",
        (NotificationKinds.OfferDeclined, false) => "An offer was declined",
        (NotificationKinds.OfferExpired, true) => "Оферта изтече",
        (NotificationKinds.OfferExpired, false) => "An offer has expired",
        (NotificationKinds.RecurringInvoiceFailed, true) => "Периодична фактура не беше издадена или изпратена",
        (NotificationKinds.RecurringInvoiceFailed, false) => "A recurring invoice was not issued or sent",
        (NotificationKinds.InvoiceReminderFailed, true) => "Напомняне за фактура не беше изпратено",
        (NotificationKinds.InvoiceReminderFailed, false) => "A reminder of an invoice was not sent",
        (NotificationKinds.SubscriptionDue, true) => "Дължи се плащане за Вашия план",
        (NotificationKinds.SubscriptionDue, false) => "Your plan is to be paid for",
        (NotificationKinds.SubscriptionPastDue, true) => "Вашият план не е платен в срок",
        (NotificationKinds.SubscriptionPastDue, false) => "Your plan was not paid for in time",
        (NotificationKinds.SubscriptionEnding, true) => "Вашият неплатен план скоро ще бъде прекратен",
        (NotificationKinds.SubscriptionEnding, false) => "Your plan is about to end unpaid",
        (NotificationKinds.SubscriptionEnded, true) => "Вашият неплатен план беше прекратен",
        (NotificationKinds.SubscriptionEnded, false) => "Your plan has ended unpaid",
        _ => kind,
    };
}
