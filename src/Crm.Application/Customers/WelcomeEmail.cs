using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Customers;

/// <summary>Writes to a new customer in the tenant's language. A customer deleted meanwhile, or left without an address, gets no e-mail.</summary>
internal sealed class WelcomeEmail(IReadDb db, IEmailSender email, IRequestContext context) : IOutboxSink
{
    public const string SinkName = "email.welcome";

    private const string Sql = """
        select c.name, c.number, c.email
        from crm_read.customers c
        where c.tenant_id = @TenantId and c.id = @AggregateId and c.deleted_at is null and c.email is not null
        """;

    public string Name => SinkName;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<Recipient>(Sql, new { message.AggregateId }, ct) is not { } customer) return;
        var tenant = context.Caller.Tenant;
        var (subject, text) = Write(tenant.Language, tenant.Name, customer.Name, customer.Number);
        await email.SendAsync(new EmailMessage(message.EventId, EmailAddress.Parse(customer.Email), customer.Name, tenant.Name, subject, text), ct);
    }

    /// <summary>The e-mail in Bulgarian (<c>bg</c>), else in English.</summary>
    internal static (string Subject, string Text) Write(string language, string organization, string customer, string number) => language == "bg"
        ? ($"Добре дошли в {organization}", $"""
            Здравейте, {customer},

            радваме се, че сте клиент на {organization}. Вашият клиентски номер е {number}.
            Скоро ще се свържем с Вас.

            С уважение,
            {organization}

            """)
        : ($"Welcome to {organization}", $"""
            Dear {customer},

            we are glad to have you as a customer of {organization}. Your customer number is {number}.
            We will be in touch shortly.

            Kind regards,
            {organization}

            """);

    private sealed record Recipient(string Name, string Number, string Email);
}
