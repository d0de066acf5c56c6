using System.Text.Json;
using Crm.Application.Abstractions;
using Crm.Application.Behaviors;
using Crm.Application.Schedules;
using Crm.Domain.Common;
using Crm.Domain.Invoices;

namespace Crm.Application.Invoices;

/// <summary>
/// Sends, for each late invoice, the reminder of the highest stage that it has reached and not had: stages that were passed while nobody was there are left out. Each by itself: what cannot be sent is
/// noted, and the others are sent.
/// </summary>
internal sealed class SendInvoiceReminders(IReadDb db, IRepository<Invoice> invoices, CommandParts parts, IUnitOfWork unit, IRequestContext context, TimeProvider clock) : ITenantSchedule
{
    private const string NoAddress = "The customer has no e-mail address.";

    private const string Stages = "select s.dunning_stages::text as Stages from crm_read.tenant_settings s where s.tenant_id = @TenantId";

    // In the order of ids, as everybody holds several invoices.
    private const string Late = """
        select i.id as Id, i.due_date as DueDate, i.reminder_stage as Stage, c.email as Email
        from crm_read.invoices i join crm_read.customers c on c.tenant_id = @TenantId and c.id = i.customer_id
        where i.tenant_id = @TenantId and i.status in ('SENT', 'PARTIALLY_PAID', 'OVERDUE') and i.due_date <= @Until and i.due_total_amount > 0 and i.reminder_stage < @Most
          and not i.reminders_paused and not c.reminders_paused and i.deleted_at is null
        order by i.id
        """;

    public string Name => "invoices.reminders";

    public TimeSpan Every => TimeSpan.FromDays(1);

    public async Task RunAsync(DateTimeOffset due, CancellationToken ct)
    {
        var stages = JsonSerializer.Deserialize<DunningStage[]>((await db.FirstOrDefaultAsync<string>(Stages, null, ct))!, WireJson.Options)!;
        if (stages.Length == 0) return;
        var today = TimeZones.DayIn(context.Caller.Tenant.TimeZone, due);
        foreach (var row in await db.QueryAsync<Row>(Late, new { Until = today.AddDays(-stages[0].DaysAfterDue), Most = stages.Length }, ct))
            if (Dunning.Reached(stages, today.DayNumber - row.DueDate.DayNumber) is var stage && stage > row.Stage)
                await RemindAsync(row, stage, today, ct);
    }

    private async Task RemindAsync(Row row, int stage, DateOnly today, CancellationToken ct)
    {
        var refusal = row.Email is null ? NoAddress : (await parts.TryAsync(async () => (await HeldAsync(row.Id, stage, today, ct))?.Remind(stage, EmailAddress.Parse(row.Email), today, clock.GetUtcNow()), ct))?.Message;
        if (refusal is null || await HeldAsync(row.Id, stage, today, ct) is not { } invoice) return;
        invoice.FailReminder(stage, refusal);
        await unit.SaveAsync(ct);
    }

    /// <summary>The invoice, if it is still to be reminded of: it may have been paid, paused or reminded of since it was looked for.</summary>
    private async Task<Invoice?> HeldAsync(Guid id, int stage, DateOnly today, CancellationToken ct)
    {
        if (await invoices.FindAsync(id, ct) is not { Details.RemindersPaused: false } invoice) return null;
        return invoice.IsRemindable(stage, today) ? invoice : null;
    }

    private sealed record Row(Guid Id, DateOnly DueDate, int Stage, string? Email);
}
