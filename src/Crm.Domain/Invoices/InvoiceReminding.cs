using Crm.Domain.Common;

namespace Crm.Domain.Invoices;

/// <summary>What becomes of an invoice that is late. Of its reminders each stage is sent once, one after the other, never back.</summary>
public sealed partial class Invoice
{
    /// <summary>The stage of the last reminder, 1–10; 0 while there was none.</summary>
    public int ReminderStage { get; private set; }

    /// <summary>When it was last reminded of.</summary>
    public DateTimeOffset? RemindedAt { get; private set; }

    /// <summary>Why the reminder that was due could not be sent; null when none failed, and when nothing is due any more.</summary>
    public string? ReminderFailure { get; private set; }

    /// <summary>Notes that an open invoice is late. Once: later days change nothing. Raises <see cref="InvoiceOverdue"/>.</summary>
    public void FallOverdue(DateOnly today)
    {
        if (Status is not (InvoiceStatus.Sent or InvoiceStatus.PartiallyPaid) || Details.DueDate is not { } due || due >= today) return;
        Status = InvoiceStatus.Overdue;
        Raise(new InvoiceOverdue(Id, Number!, due, DueTotal, Details.CustomerId));
    }

    /// <summary>Refuses what no reminder can be about.</summary>
    /// <param name="stage">The stage of the reminder.</param>
    /// <param name="today">The day it is in the organization's zone.</param>
    /// <exception cref="CrmException">INVALID_STATE: it is a draft, void or a credit note, nothing is due of it, its last day is not over, or it has had this stage or a later one.</exception>
    public void EnsureRemindable(int stage, DateOnly today)
    {
        if (Unremindable(stage, today) is { } refusal) throw refusal;
    }

    /// <summary>Whether a reminder of this stage can be about it.</summary>
    public bool IsRemindable(int stage, DateOnly today) => Unremindable(stage, today) is null;

    /// <summary>Reminds somebody of what is due. Raises <see cref="InvoiceReminded"/>.</summary>
    /// <exception cref="CrmException">As <see cref="EnsureRemindable"/>.</exception>
    public void Remind(int stage, EmailAddress to, DateOnly today, DateTimeOffset now)
    {
        EnsureRemindable(stage, today);
        var due = Details.DueDate!.Value;
        (ReminderStage, RemindedAt, ReminderFailure) = (stage, now, null);
        Raise(new InvoiceReminded(Id, Number!, stage, to, due, today.DayNumber - due.DayNumber, DueTotal, Details.CustomerId));
    }

    /// <summary>Notes that a reminder could not be sent. Once for each reason: it is tried again every day. Raises <see cref="InvoiceReminderFailed"/>.</summary>
    public void FailReminder(int stage, string reason)
    {
        if (ReminderFailure == reason) return;
        ReminderFailure = reason;
        Raise(new InvoiceReminderFailed(Id, Number!, stage, reason, Details.CustomerId));
    }

    private CrmException? Unremindable(int stage, DateOnly today) =>
        Status == InvoiceStatus.Draft ? InvoiceErrors.NotIssued()
        : Status == InvoiceStatus.Void ? InvoiceErrors.Void()
        : DueTotal.Amount <= 0 || Details.DueDate is not { } due ? InvoiceErrors.NotOwed()
        : due >= today ? InvoiceErrors.NotLate(due)
        : stage <= ReminderStage ? InvoiceErrors.Reminded(ReminderStage)
        : stage > Dunning.MostStages ? InvoiceErrors.RemindedLast() : null;

    /// <inheritdoc/>
    protected override InvoiceDetails Labelled(InvoiceDetails details) => base.Labelled(details) with { RemindersPaused = details.RemindersPaused };
}
