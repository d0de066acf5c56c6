using Crm.Application.Abstractions;
using Crm.Application.Invoices;
using Crm.Domain.Common;
using Crm.Domain.Invoices;
using Dapper;

namespace Crm.Infrastructure.Persistence;

internal sealed class InvoiceReminders(TenantSession session, IRequestContext context, TimeProvider clock) : IInvoiceReminders
{
    public Task KeepAsync(InvoiceReminded reminded, CancellationToken ct)
    {
        const string sql = """
            insert into crm.invoice_reminders (tenant_id, id, invoice_id, stage, recipient, days_overdue, due_amount, due_currency, sent_at, sent_by)
            values (@TenantId, @Id, @InvoiceId, @Stage, @To, @DaysOverdue, @Amount, @Currency, @Now, @SentBy)
            """;
        var now = clock.GetUtcNow();
        return session.Connection.ExecuteAsync(new CommandDefinition(sql, new
        {
            session.TenantId, Id = Ids.New(now), reminded.InvoiceId, reminded.Stage, To = reminded.To.Value, reminded.DaysOverdue, reminded.DueTotal.Amount, reminded.DueTotal.Currency, Now = now,
            SentBy = context.Caller.ActorId,
        }, session.Transaction, cancellationToken: ct));
    }
}
