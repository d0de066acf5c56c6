using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Domain.Common;

namespace Crm.Application.Invitations;

/// <summary>Sends the link of an invitation, in the invited person's language. One that was accepted, revoked or sent anew meanwhile sends nothing.</summary>
internal sealed class InvitationEmail(IReadDb db, IEmailSender email, IOneTimeTokens tokens, IWebLinks links, IRequestContext context, TimeProvider clock) : IOutboxSink
{
    public const string SinkName = "email.invitation";

    private const string Sql = """
        select i.email as Email, i.full_name as FullName, i.language as Language, m.full_name as Inviter
        from crm_read.invitations i
        left join crm_read.members m on m.tenant_id = @TenantId and m.id = i.updated_by
        where i.tenant_id = @TenantId and i.id = @AggregateId and i.token_id = @TokenId and i.status = 'PENDING' and i.deleted_at is null and i.expires_at > @Now
        """;

    public string Name => SinkName;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        using var data = JsonDocument.Parse(message.Data);
        var tokenId = data.RootElement.GetProperty("tokenId").GetGuid();
        if (await db.FirstOrDefaultAsync<Invited>(Sql, new { message.AggregateId, TokenId = tokenId, Now = clock.GetUtcNow() }, ct) is not { } invited) return;
        var tenant = context.Caller.Tenant;
        var token = tokens.Of(IInvitationLinks.Purpose, tokenId);
        var (subject, text) = Write(invited.Language ?? tenant.Language, tenant.Name, invited.FullName, invited.Inviter, links.To("accept-invitation", token), token);
        await email.SendAsync(new EmailMessage(message.EventId, EmailAddress.Parse(invited.Email), invited.FullName, tenant.Name, subject, text), ct);
    }

    /// <summary>The e-mail in Bulgarian (<c>bg</c>), else in English. Without a web application it carries the token alone.</summary>
    internal static (string Subject, string Text) Write(string language, string organization, string? name, string? inviter, string? link, string token) => language == "bg"
        ? ($"Покана за {organization}", $"""
            Здравейте{(name is null ? "" : $", {name}")},

            {inviter ?? organization} Ви кани да се присъедините към {organization}.

            {(link is null ? $"Вашият код за приемане на поканата:\n{token}" : $"Приемете поканата тук:\n{link}")}

            Поканата важи 7 дни. Ако не я очаквате, не е нужно да правите нищо.

            """)
        : ($"You are invited to {organization}", $"""
            Hello{(name is null ? "" : $" {name}")},

            {inviter ?? organization} invites you to join {organization}.

            {(link is null ? $"Your token to accept with:\n{token}" : $"Accept here:\n{link}")}

            The invitation is good for 7 days. If you did not expect it, there is nothing you need to do.

            """);

    private sealed record Invited(string Email, string? FullName, string? Language, string? Inviter);
}
