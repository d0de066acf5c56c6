using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Domain.RecurringInvoices;

/// <summary>
/// An invoice that is made again and again. Its lines keep the prices they joined with; what it is to say from the next period on may change, its rhythm only until the first invoice was made.
/// </summary>
public sealed class RecurringInvoice : Document<RecurringInvoice, RecurringInvoiceDetails>
{
    private const int LongestEvery = 100, MostOccurrences = 1_000;

    private RecurringInvoice() { }

    /// <summary>Where it stands.</summary>
    public RecurringInvoiceStatus Status { get; private set; }

    /// <summary>The day of the next invoice; null when there is none.</summary>
    public DateOnly? NextOn { get; private set; }

    /// <summary>The how manieth period comes next, from 0.</summary>
    public int Period { get; private set; }

    /// <summary>How many invoices were made.</summary>
    public int InvoiceCount { get; private set; }

    /// <summary>What went wrong last; null when the last one was made as it should be.</summary>
    public string? Failure { get; private set; }

    /// <summary>Begins a recurring invoice. Raises <see cref="Created{RecurringInvoice}"/>.</summary>
    /// <exception cref="CrmException">VALIDATION_FAILED, UNPROCESSABLE by path: among them a first day that is over.</exception>
    public static RecurringInvoice Start(Guid id, RecurringInvoiceDetails details, DocumentSetting setting)
    {
        var recurring = new RecurringInvoice { Id = id };
        var settled = recurring.Settle(null, details with { StartsOn = details.StartsOn ?? setting.Today }, setting);
        EnsureAhead(settled, setting.Today);
        recurring.Begin(settled);
        recurring.Plan();
        return recurring;
    }

    /// <inheritdoc/>
    protected override bool IsDraft => Status != RecurringInvoiceStatus.Ended;

    /// <summary>Changes what its next invoices say. Raises <see cref="Updated{RecurringInvoice}"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it has ended, or its rhythm is to change although an invoice was made. VALIDATION_FAILED, UNPROCESSABLE by path.</exception>
    public void Change(RecurringInvoiceDetails details, DocumentSetting setting)
    {
        var stated = details with { StartsOn = details.StartsOn ?? (Period > 0 ? Details.StartsOn : setting.Today) };
        if (Status != RecurringInvoiceStatus.Ended && stated.StartsOn != Details.StartsOn) EnsureAhead(stated, setting.Today);
        Revise(stated, setting);
    }

    /// <summary>Makes the invoice that is due; null when none is. Raises <see cref="RecurringInvoiceMade"/>, and <see cref="RecurringInvoiceEnded"/> after the last one.</summary>
    public Invoice? Make(Guid invoiceId, DateOnly today, DateTimeOffset now)
    {
        if (Status != RecurringInvoiceStatus.Active || NextOn is not { } day || day > today) return null;
        var details = Details.Followed(new InvoiceDetails { CustomerId = Details.CustomerId, Series = Details.Series }, Details.LineItems, now);
        var invoice = Invoice.DraftOf(invoiceId, details, Id, Period + 1);
        (Period, InvoiceCount, Failure) = (Period + 1, InvoiceCount + 1, null);
        Raise(new RecurringInvoiceMade(Id, invoiceId, Period, day));
        Plan();
        if (NextOn is null) Close();
        return invoice;
    }

    /// <summary>Notes that an invoice stayed a draft, or was not sent. Raises <see cref="RecurringInvoiceFailed"/>.</summary>
    /// <param name="invoiceId">The invoice; null when there is none, and then it is paused, because the next one could not be made either.</param>
    /// <param name="why">What stood in the way.</param>
    public void Fail(Guid? invoiceId, CrmException why)
    {
        if (invoiceId is null) Pause();
        Failure = string.Join(' ', (why.Errors ?? new Dictionary<string, string[]>()).Select(e => $"{e.Key}: {e.Value[0]}.").Prepend(why.Message));
        Raise(new RecurringInvoiceFailed(Id, invoiceId, Failure));
    }

    /// <summary>Pauses it. Raises <see cref="RecurringInvoicePaused"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is not active.</exception>
    public void Pause()
    {
        if (Status != RecurringInvoiceStatus.Active) throw RecurringInvoiceErrors.Stands(Status, "paused");
        (Status, NextOn) = (RecurringInvoiceStatus.Paused, null);
        Raise(new RecurringInvoicePaused(Id));
    }

    /// <summary>Goes on with the first period that begins today or later: what fell into the pause is left out. Raises <see cref="RecurringInvoiceResumed"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it is not paused.</exception>
    public void Resume(DateOnly today)
    {
        if (Status != RecurringInvoiceStatus.Paused) throw RecurringInvoiceErrors.Stands(Status, "resumed");
        while (DayOf(Period) is { } day && day < today) Period++;
        Status = RecurringInvoiceStatus.Active;
        Plan();
        Raise(new RecurringInvoiceResumed(Id, NextOn));
        if (NextOn is null) Close();
    }

    /// <summary>Ends it. Raises <see cref="RecurringInvoiceEnded"/>.</summary>
    /// <exception cref="CrmException">INVALID_STATE: it has ended.</exception>
    public void End()
    {
        if (Status == RecurringInvoiceStatus.Ended) throw RecurringInvoiceErrors.Stands(Status, "ended");
        NextOn = null;
        Close();
    }

    /// <inheritdoc/>
    protected override CrmException Agreed() => RecurringInvoiceErrors.Stands(Status, "changed");

    /// <inheritdoc/>
    protected override void EnsureDeletable() { }

    /// <inheritdoc/>
    protected override void Revised()
    {
        if (Status == RecurringInvoiceStatus.Active) Plan();
    }

    /// <inheritdoc/>
    protected override void Guard(RecurringInvoiceDetails? before, RecurringInvoiceDetails after)
    {
        var errors = new Dictionary<string, string[]>();
        if (after.Every is < 1 or > LongestEvery) errors["every"] = [$"must be between 1 and {LongestEvery}"];
        if (after.Occurrences is < 1 or > MostOccurrences) errors["occurrences"] = [$"must be between 1 and {MostOccurrences}"];
        if (after.EndsOn < after.StartsOn) errors["endsOn"] = ["must not be before startsOn"];
        if (after is { AutoSend: true, AutoIssue: false }) errors["autoSend"] = ["needs autoIssue: a draft is not sent"];
        if (after.Series is not null && !SellerRules.IsSeries(after.Series)) errors["series"] = [SellerRules.SeriesForm];
        if (after.LineItems.Count == 0) errors["lineItems"] = ["must have at least one line"];
        if (errors.Count > 0) throw CrmException.Validation(errors);
        if (Period > 0 && before is not null && (before.Interval, before.Every, before.StartsOn) != (after.Interval, after.Every, after.StartsOn)) throw RecurringInvoiceErrors.RhythmStays();
    }

    private static void EnsureAhead(RecurringInvoiceDetails details, DateOnly today)
    {
        if (details.StartsOn < today) throw CrmException.Unprocessable("startsOn", "must not be before today: write the invoices of former periods by hand");
    }

    private void Plan() => NextOn = DayOf(Period) is { } day && (Details.EndsOn is null || day <= Details.EndsOn) && (Details.Occurrences is null || InvoiceCount < Details.Occurrences) ? day : null;

    private void Close()
    {
        Status = RecurringInvoiceStatus.Ended;
        Raise(new RecurringInvoiceEnded(Id));
    }

    /// <summary>
    /// The day a period begins, counted from the first one, so that the last day of a month stays it: 31 January, 28 or 29 February, 31 March. Null beyond the calendar.
    /// </summary>
    internal DateOnly? DayOf(int period)
    {
        var (start, count) = (Details.StartsOn!.Value, period * Details.Every);
        var months = Details.Interval switch { RecurrenceInterval.Month => count, RecurrenceInterval.Quarter => 3 * count, RecurrenceInterval.Year => 12 * count, _ => 0 };
        if (start.Year + (months / 12) + (count / 52) >= DateOnly.MaxValue.Year) return null;
        return Details.Interval == RecurrenceInterval.Week ? start.AddDays(7 * count) : start.AddMonths(months);
    }
}
