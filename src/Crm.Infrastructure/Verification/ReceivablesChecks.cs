namespace Crm.Infrastructure.Verification;

/// <summary>What is allocated, refunded, given up and due is what the receivables ledger and the credit notes say.</summary>
internal static class ReceivablesChecks
{
    private const string Invoices = """
        with booked as (
          select e.invoice_id, sum(e.amount_amount) filter (where e.kind = 'ALLOCATION') as paid, sum(e.amount_amount) filter (where e.kind = 'WRITE_OFF') as written_off,
            sum(e.amount_amount) filter (where e.kind = 'REFUND') as refunded
          from crm_read.receivable_entries e where e.tenant_id = @TenantId and e.invoice_id is not null group by e.invoice_id),
        credited as (
          select n.credited_invoice_id as invoice_id, -sum(n.total_amount) as credited from crm_read.invoices n
          where n.tenant_id = @TenantId and n.kind = 'CREDIT_NOTE' and n.deleted_at is null group by n.credited_invoice_id),
        sums as (
          select i.id, array[i.paid_total_amount, i.written_off, i.refunded, i.credited_total_amount, i.due_total_amount] as kept,
            case i.kind when 'INVOICE' then array[coalesce(b.paid, 0), coalesce(b.written_off, 0), coalesce(b.refunded, 0), coalesce(c.credited, 0), case i.status when 'VOID' then 0
              else i.total_amount - coalesce(i.prepaid_amount, 0) - coalesce(b.paid, 0) - coalesce(c.credited, 0) - coalesce(b.written_off, 0) + coalesce(b.refunded, 0) end]
            else array[0, 0, 0, i.total_amount, 0] end as booked
          from crm_read.invoices i left join booked b on b.invoice_id = i.id left join credited c on c.invoice_id = i.id
          where i.tenant_id = @TenantId)
        select 'invoice ' || id || ': ' || array_to_string(kept, ', ') || ' are paid, written off, refunded, credited and due, by the ledger ' || array_to_string(booked, ', ') from sums where kept <> booked
        """;

    private const string Payments = """
        with booked as (
          select e.payment_id, sum(e.amount_amount) filter (where e.kind = 'ALLOCATION') as allocated, sum(e.amount_amount) filter (where e.kind = 'REFUND') as refunded
          from crm_read.receivable_entries e where e.tenant_id = @TenantId and e.payment_id is not null group by e.payment_id),
        sums as (
          select p.id, array[p.allocated_total_amount, p.refunded_total_amount, p.unallocated_amount] as kept,
            array[coalesce(b.allocated, 0), coalesce(b.refunded, 0), p.amount_amount - coalesce(b.allocated, 0) - coalesce(b.refunded, 0)] as booked
          from crm_read.payments p left join booked b on b.payment_id = p.id
          where p.tenant_id = @TenantId)
        select 'payment ' || id || ': ' || array_to_string(kept, ', ') || ' are allocated, refunded and left, by the ledger ' || array_to_string(booked, ', ') from sums where kept <> booked
        """;

    // What takes back an entry never takes back more than it was.
    private const string Entries = """
        select 'receivable entry ' || e.id || ': ' || e.amount_amount || ', and more is taken back' from crm_read.receivable_entries e
        where e.tenant_id = @TenantId and e.reverses_id is null
          and e.amount_amount + (select coalesce(sum(r.amount_amount), 0) from crm_read.receivable_entries r where r.tenant_id = @TenantId and r.reverses_id = e.id) < 0
        """;

    internal static IReadOnlyList<ITenantCheck> All { get; } =
    [
        new SqlCheck("what is due is what the ledger says", "select count(*) from crm_read.invoices i where i.tenant_id = @TenantId", Invoices),
        new SqlCheck("payments are the sum of their entries", "select count(*) from crm_read.payments p where p.tenant_id = @TenantId", Payments),
        new SqlCheck("no entry is taken back twice", "select count(*) from crm_read.receivable_entries e where e.tenant_id = @TenantId", Entries),
    ];
}
