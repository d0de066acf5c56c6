using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Listing;
using Crm.Domain.Common;
using Crm.Domain.Offers;

namespace Crm.Application.Offers;

/// <summary>Finds the versions of an offer.</summary>
public sealed class OfferVersions(IReadDb db, IRepository<Offer> offers) : ISharedByUseCases
{
    private const string Former = """
        select o.id as Id from crm_read.offers o
        where o.tenant_id = @TenantId and o.number = @Number and o.revision < @Revision and o.deleted_at is null order by o.revision desc limit 1
        """;

    private const string Newer = "select o.id as Id from crm_read.offers o where o.tenant_id = @TenantId and o.number = @Number and o.revision > @Revision and o.deleted_at is null limit 1";

    /// <summary>The version before, held; null when there is none any more.</summary>
    public async Task<Offer?> FormerAsync(Offer offer, CancellationToken ct) =>
        await db.FirstOrDefaultAsync<Row>(Former, new { offer.Number, offer.Revision }, ct) is { } row ? await offers.GetAsync(row.Id, ct) : null;

    /// <summary>Whether there is a version after it.</summary>
    public async Task<bool> HasNewerAsync(Offer offer, CancellationToken ct) => await db.FirstOrDefaultAsync<Row>(Newer, new { offer.Number, offer.Revision }, ct) is not null;

    private sealed record Row
    {
        public Guid Id { get; init; }
    }
}

/// <summary>
/// Drafts the next version of an offer that was sent: with the same number and lines, to be changed. When it is sent, it takes the place of this one, which stays open until then. INVALID_STATE: it is
/// a draft, accepted or superseded, or there is a newer version.
/// </summary>
[Requires(Permissions.OffersWrite)]
public sealed record ReviseOffer(Guid Id) : ICommand<Guid>, IAuditedSubject
{
    string? IAuditedSubject.Resource => "offers";
    Guid? IAuditedSubject.RecordId => Id;
}

internal sealed class ReviseOfferHandler(IRepository<Offer> offers, OfferVersions versions, TimeProvider clock) : ICommandHandler<ReviseOffer, Guid>
{
    public async Task<Guid> Handle(ReviseOffer command, CancellationToken ct)
    {
        // The version is held: nobody else revises it meanwhile.
        var (offer, now) = (await offers.GetAsync(command.Id, ct), clock.GetUtcNow());
        var next = offer.NextVersion(Ids.New(now), now);
        if (await versions.HasNewerAsync(offer, ct)) throw OfferErrors.HasNewer();
        offers.Add(next);
        return next.Id;
    }
}

/// <summary>A version of an offer.</summary>
/// <param name="Id">The offer.</param>
/// <param name="Number">The number of all versions; null while the only one is a draft.</param>
/// <param name="Revision">The how manieth it is.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="ValidUntil">The last day on which it can be accepted.</param>
/// <param name="Total">What it comes to, with tax.</param>
/// <param name="SentAt">When it was first sent.</param>
/// <param name="CreatedAt">When it was drafted.</param>
public sealed record OfferVersion(Guid Id, string? Number, int Revision, OfferStatus Status, DateOnly? ValidUntil, Money Total, DateTimeOffset? SentAt, DateTimeOffset CreatedAt);

/// <summary>All versions of the offer, newest first.</summary>
[Requires(Permissions.OffersRead)]
public sealed record ListOfferVersions(Guid Id) : IQuery<IReadOnlyList<OfferVersion>>;

internal sealed class ListOfferVersionsHandler(RecordReader records, OfferResource offers, IReadDb db, IRequestContext context) : IQueryHandler<ListOfferVersions, IReadOnlyList<OfferVersion>>
{
    public async Task<IReadOnlyList<OfferVersion>> Handle(ListOfferVersions query, CancellationToken ct)
    {
        if (await records.FindAsync(offers, query.Id, new ListRequest { Fields = [offers.Find("id")!, offers.Find("originalOfferId")!] }, ct) is not { } row) throw CrmException.NotFound(offers.Singular);
        var parameters = new Dictionary<string, object?> { ["First"] = row["originalOfferId"] ?? query.Id };
        var scope = RecordScope.Of(offers, context.Caller, parameters, deleted: false);
        var versions = await db.QueryAsync<Row>($"""
            select t.id as Id, t.number as Number, t.revision as Revision, t.status as Status, t.valid_until as ValidUntil, t.total_amount as Amount, t.total_currency as Currency, t.sent_at as SentAt, t.created_at as CreatedAt
            from crm_read.offers t where {scope} and t.tenant_id = @TenantId and (t.id = @First or t.original_offer_id = @First) order by t.revision desc, t.id desc
            """, parameters, ct);
        return [.. versions.Select(v => v.Version)];
    }

    private sealed record Row(Guid Id, string? Number, int Revision, string Status, DateOnly? ValidUntil, decimal Amount, string Currency, DateTime? SentAt, DateTime CreatedAt)
    {
        public OfferVersion Version => new(Id, Number, Revision, Binding.Choices.TryParse(typeof(OfferStatus), Status, out var status) ? (OfferStatus)status! : default, ValidUntil,
            Money.Of(Amount, Currency), SentAt, CreatedAt);
    }
}
