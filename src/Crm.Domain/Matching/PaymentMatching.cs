using Crm.Domain.Common;

namespace Crm.Domain.Matching;

/// <summary>
/// Finds the invoices that a payment is for (issue of payments, product.md §6): the ones whose numbers it mentions; failing that, the one open invoice of exactly its amount whose customer is known to
/// pay. What is not clear is never guessed. Nothing but facts goes in, so that the same facts always give the same answer.
/// </summary>
public static class PaymentMatching
{
    /// <summary>From this score on an invoice is allocated to without anybody's asking.</summary>
    public const decimal Sure = 0.60m;

    /// <summary>By how much the best must lead the next for it to be clear.</summary>
    public const decimal Lead = 0.10m;

    /// <summary>How alike names must be to count.</summary>
    public const decimal AlikeNames = 0.80m;

    private const decimal NumberWithSeries = 0.80m, NumberAlone = 0.75m, NumberWithoutSeries = 0.70m, ShortWithSeries = 0.75m, ShortNumber = 0.40m;
    private const decimal Amount = 0.35m, Payer = 0.35m, Name = 0.30m, Further = 0.10m;

    /// <summary>The open invoices that something speaks for, the likeliest first.</summary>
    public static IReadOnlyList<MatchCandidate> Candidates(PaymentFacts payment, IEnumerable<InvoiceFacts> invoices) =>
    [
        .. invoices.Where(i => IsPayable(payment, i)).DistinctBy(i => i.InvoiceId).Select(i => Judge(payment, i)).Where(c => c.Score > 0)
            .OrderByDescending(c => c.Score).ThenBy(c => c.Invoice.Number, StringComparer.Ordinal),
    ];

    /// <summary>What the payment is allocated to. The invoices are those whose numbers it mentions, open or not, and those that its amount finds.</summary>
    /// <param name="isComplete">False when the amount finds more invoices than were looked at: then it alone decides nothing.</param>
    public static MatchDecision Decide(PaymentFacts payment, IReadOnlyCollection<InvoiceFacts> invoices, bool isComplete)
    {
        if (payment.Unallocated.Amount <= 0) return MatchDecision.Unmatched;
        var candidates = Candidates(payment, invoices);
        return ByNumber(payment, invoices, candidates) ?? ByAmount(payment, candidates, isComplete);
    }

    /// <summary>Null when no number is mentioned that is one of ours: then the amount may tell.</summary>
    private static MatchDecision? ByNumber(PaymentFacts payment, IReadOnlyCollection<InvoiceFacts> invoices, IReadOnlyList<MatchCandidate> candidates)
    {
        var named = new Dictionary<Guid, MatchCandidate>();
        var isClosed = false;
        foreach (var mention in payment.Mentions.GroupBy(m => m.Key, StringComparer.Ordinal))
        {
            var best = invoices.Select(i => (Invoice: i, Score: mention.Max(m => NumberScore(m, i)))).Where(n => n.Score > 0).GroupBy(n => n.Score).MaxBy(g => g.Key)?.ToList();
            if (best is null) continue;
            var sure = candidates.Where(c => c.Score >= Sure && best.Any(b => b.Invoice.InvoiceId == c.Invoice.InvoiceId)).ToList();
            if (sure.Count > 1) return MatchDecision.Ambiguous;
            if (sure.Count == 1) named[sure[0].Invoice.InvoiceId] = sure[0];
            // What is paid twice must not be taken for another invoice that happens to come to the same.
            else if (best[0].Score >= Sure) isClosed = true;
        }
        if (named.Count == 0) return isClosed ? MatchDecision.Ambiguous : null;
        if (named.Values.Any(c => !IsCustomers(payment, c.Invoice))) return MatchDecision.Ambiguous;
        var due = named.Values.Sum(c => c.Invoice.Due.Amount);
        if (named.Count > 1 && due > payment.Unallocated.Amount) return MatchDecision.Ambiguous;
        return Matched(payment, named.Values.OrderBy(c => c.Invoice.Number, StringComparer.Ordinal));
    }

    private static MatchDecision ByAmount(PaymentFacts payment, IReadOnlyList<MatchCandidate> candidates, bool isComplete)
    {
        var sure = candidates.Where(c => c.Score >= Sure && c.Reasons.Contains(MatchReason.ExactAmount)).ToList();
        if (sure.Count == 0) return MatchDecision.Unmatched;
        // Of more invoices than were looked at, one may be called the same.
        var isKnown = sure[0].Reasons.Any(r => r is MatchReason.Customer or MatchReason.PayerAccount);
        if (!IsCustomers(payment, sure[0].Invoice) || (sure.Count > 1 && sure[0].Score - sure[1].Score < Lead) || (!isComplete && !isKnown)) return MatchDecision.Ambiguous;
        return Matched(payment, [sure[0]]);
    }

    private static MatchDecision Matched(PaymentFacts payment, IEnumerable<MatchCandidate> chosen)
    {
        var (left, shares) = (payment.Unallocated.Amount, new List<MatchShare>());
        foreach (var candidate in chosen)
        {
            var share = Math.Min(left, candidate.Invoice.Due.Amount);
            if (share <= 0) continue;
            shares.Add(new MatchShare(candidate.Invoice.InvoiceId, Money.Of(share, payment.Unallocated.Currency)));
            left -= share;
        }
        return new MatchDecision(MatchOutcome.Matched, shares);
    }

    private static MatchCandidate Judge(PaymentFacts payment, InvoiceFacts invoice)
    {
        var (score, reasons) = (0m, new List<MatchReason>());
        var number = payment.Mentions.Select(m => NumberScore(m, invoice)).DefaultIfEmpty().Max();
        Add(number, number >= Sure ? MatchReason.InvoiceNumber : MatchReason.ShortNumber);
        Add(invoice.Due.Amount == payment.Unallocated.Amount ? Amount : 0, MatchReason.ExactAmount);
        var payers = new (decimal Score, MatchReason Reason)[]
        {
            (payment.CustomerId == invoice.CustomerId ? Payer : 0, MatchReason.Customer),
            (payment.KnownPayers.Contains(invoice.CustomerId) ? Payer : 0, MatchReason.PayerAccount),
            (NameSimilarity.Of(payment.PayerName, invoice.CustomerName) is var alike && alike >= AlikeNames ? decimal.Round(Name * alike, 2) : 0, MatchReason.PayerName),
        };
        // Who pays counts once; what else confirms it adds little.
        var isFirst = true;
        foreach (var (points, reason) in payers.Where(p => p.Score > 0))
        {
            Add(isFirst ? points : Further, reason);
            isFirst = false;
        }
        return new MatchCandidate(invoice, Math.Min(score, 1), reasons);

        void Add(decimal points, MatchReason reason)
        {
            if (points <= 0) return;
            score += points;
            reasons.Add(reason);
        }
    }

    private static decimal NumberScore(InvoiceMention mention, InvoiceFacts invoice)
    {
        var dash = invoice.Number.LastIndexOf('-');
        if (dash < 4 || InvoiceKey.Of(invoice.Number[(dash - 4)..dash], invoice.Number[(dash + 1)..]) != mention.Key) return 0;
        var series = InvoiceKey.SeriesOf(invoice.Number);
        if (series.Length > 0 && mention.Before.EndsWith(series, StringComparison.Ordinal)) return mention.IsWhole ? NumberWithSeries : ShortWithSeries;
        return !mention.IsWhole ? ShortNumber : series.Length == 0 ? NumberAlone : NumberWithoutSeries;
    }

    private static bool IsPayable(PaymentFacts payment, InvoiceFacts invoice) => invoice.IsOpen && invoice.Due.Amount > 0 && invoice.Due.Currency == payment.Unallocated.Currency;

    private static bool IsCustomers(PaymentFacts payment, InvoiceFacts invoice) => payment.CustomerId is null || payment.CustomerId == invoice.CustomerId;
}
