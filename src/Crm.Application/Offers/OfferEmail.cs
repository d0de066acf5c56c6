using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Commerce;
using Crm.Application.Documents;
using Crm.Application.Subscriptions;
using Crm.Domain.Common;
using Crm.Domain.Documents;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>Keeps the link's hash with the offer, and hands the e-mail to the outbox.</summary>
internal sealed class SendLinkWhenOfferSent(IOfferLinks links, IOutbox outbox, IPlanUsage usage) : IDomainEventHandler<OfferSent>
{
    public async Task HandleAsync(OfferSent sent, CancellationToken ct)
    {
        await usage.TakeAsync(LimitNames.Emails, 1, ct);
        await links.KeepAsync(sent.OfferId, sent.TokenId, sent.ValidUntil, ct);
        outbox.Enqueue(sent, OfferEmail.SinkName);
    }
}

/// <summary>Sends the link of an offer, in the document's language, with the offer as a PDF. One that has ended meanwhile sends nothing.</summary>
internal sealed class OfferEmail(IReadDb db, IEmailSender email, IOneTimeTokens tokens, IWebLinks links, PrintingDesk desk, OfferResource offers) : IOutboxSink
{
    public const string SinkName = "email.offer";

    private const string Sql = """
        select o.number as Number, o.language as Language, o.valid_until as ValidUntil, o.total_amount as Total, o.currency as Currency, o.seller ->> 'name' as Seller, o.buyer ->> 'name' as Buyer,
          s.name as Organization
        from crm_read.offers o
        join crm_read.tenant_settings s on s.tenant_id = @TenantId
        where o.tenant_id = @TenantId and o.id = @AggregateId and o.status = 'SENT' and o.deleted_at is null
        """;

    public string Name => SinkName;

    public async Task DeliverAsync(OutboxMessage message, CancellationToken ct)
    {
        if (await db.FirstOrDefaultAsync<Letter>(Sql, new { message.AggregateId }, ct) is not { } letter) return;
        using var told = JsonDocument.Parse(message.Data);
        var (to, token) = (EmailAddress.Parse(told.RootElement.GetProperty("to").GetString()), tokens.Of(IOfferLinks.Purpose, told.RootElement.GetProperty("tokenId").GetGuid()));
        var attachment = await desk.AttachAsync<PrintedOffer>(offers, message.AggregateId, ct);
        var (subject, text) = Write(letter, links.To(IOfferLinks.Page, token), token, attachment is not null);
        await email.SendAsync(new EmailMessage(message.EventId, to, letter.Buyer ?? "", letter.Sender, subject, text) { Attachment = attachment }, ct);
    }

    /// <summary>The e-mail in Bulgarian (<c>bg</c>), else in English. Without a web application it carries the token alone.</summary>
    internal static (string Subject, string Text) Write(Letter letter, string? link, string token, bool isAttached)
    {
        var title = $"{DocumentLabels.TitleOf(DocumentType.Offer, letter.Language)} {letter.Number}";
        var attached = isAttached ? $"\n\n{DocumentLabels.AttachedIn(letter.Language)}" : "";
        var total = Money.Total(letter.Total, letter.Currency);
        return letter.Language == "bg"
            ? (title, $"""
                Здравейте{(letter.Buyer is null ? "" : $", {letter.Buyer}")},

                Изготвихме за Вас оферта № {letter.Number} на стойност {total}. Тя е валидна до {letter.ValidUntil:dd.MM.yyyy}.

                {(link is null ? $"Вашият код за преглед и приемане:\n{token}" : $"Прегледайте и приемете или откажете тук:\n{link}")}{attached}

                С уважение,
                {letter.Sender}

                """)
            : (title, $"""
                {(letter.Buyer is null ? "Hello" : $"Dear {letter.Buyer}")},

                We have made you offer no. {letter.Number} for {total}. It is valid until {letter.ValidUntil:yyyy-MM-dd}.

                {(link is null ? $"Your token to view and accept it with:\n{token}" : $"View it and accept or decline here:\n{link}")}{attached}

                Kind regards,
                {letter.Sender}

                """);
    }

    internal sealed record Letter(string Number, string Language, DateOnly? ValidUntil, decimal Total, string Currency, string? Seller, string? Buyer, string Organization)
    {
        public string Sender => Seller ?? Organization;
    }
}
