using Crm.Application.Abstractions;

namespace Crm.Application.Identity;

/// <summary>Sends the link by which a forgotten password is replaced, in the organization's language. A reset that was used or has expired sends nothing.</summary>
internal sealed class PasswordResetEmail(IPasswordResets resets, IEmailSender email, IOneTimeTokens tokens, IWebLinks links, IRequestContext context) : IOutboxSink
{
    public string Name => IPasswordResets.Sink;

    public bool NeedsEvent => false;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await resets.RecipientAsync(message.EventId, ct) is not { } recipient) return;
        var tenant = context.Caller.Tenant;
        var token = tokens.Of(IPasswordResets.Purpose, message.EventId);
        var (subject, text) = Write(tenant.Language, tenant.Name, links.To("reset-password", token), token);
        await email.SendAsync(new EmailMessage(message.EventId, recipient, null, tenant.Name, subject, text), ct);
    }

    /// <summary>The e-mail in Bulgarian (<c>bg</c>), else in English. Without a web application it carries the token alone.</summary>
    internal static (string Subject, string Text) Write(string language, string organization, string? link, string token) => language == "bg"
        ? ($"Нова парола за {organization}", $"""
            Здравейте,

            някой, вероятно Вие, поиска нова парола за Вашия профил.

            {(link is null ? $"Вашият код за нова парола:\n{token}" : $"Изберете я тук:\n{link}")}

            Важи един час и само веднъж. Ако не сте били Вие, не е нужно да правите нищо: паролата остава същата.

            """)
        : ($"A new password for {organization}", $"""
            Hello,

            somebody, probably you, asked for a new password to your account.

            {(link is null ? $"Your token to choose it with:\n{token}" : $"Choose it here:\n{link}")}

            It is good for one hour, and once. If it was not you, there is nothing you need to do: the password stays as it is.

            """);
}
