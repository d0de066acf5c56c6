namespace Crm.Api.Tests.Schema;

/// <summary>Years of trade, in plain SQL: the service's rules are not what is tested.</summary>
internal static class CommerceSeed
{
    /// <summary>
    /// 20,000 invoices with their payments in one tenant and 4,000 in each of five others: one in twenty is open still, one in a hundred late, the others are paid. Each payment is an entry of a bank statement;
    /// one in fifty is not matched. And 20,000 movements of 200 products.
    /// </summary>
    internal const string Rows = """
        set session_replication_role = replica;
        insert into crm.tenants (id) select ('00000000-0000-7000-8000-0000000001' || lpad(t::text, 2, '0'))::uuid from generate_series(0, 5) t;
        create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable as $$ select ('00000000-0000-7000-' || kind || '-' || lpad(n::text, 12, '0'))::uuid $$;
        create temp table n as select g, case when g % 2 = 0 then '00000000-0000-7000-8000-000000000100' else '00000000-0000-7000-8000-00000000010' || 1 + g / 2 % 5 end::uuid as tenant,
          date '2024-01-01' + (g / 50)::int as day, g % 2000 / 2 as customer, g % 100 = 2 as late, g % 20 = 2 as open, g % 50 = 4 as unmatched from generate_series(1, 40000) g;
        insert into crm.customers (tenant_id, id, number, name) select t.id, pg_temp.id('a000', c), 'C-' || c, 'Customer ' || c from crm.tenants t, generate_series(0, 999) c;
        insert into crm.invoices (tenant_id, id, number, status, customer_id, currency, issue_date, due_date, issued_at, created_at, total_amount, paid_total_amount, due_total_amount,
            line_total_currency, allowance_total_currency, charge_total_currency, net_total_currency, tax_total_currency, total_currency, paid_total_currency, credited_total_currency, due_total_currency)
          select tenant, pg_temp.id('b000', g), to_char(day, 'YYYY') || '-' || lpad(g::text, 6, '0'), case when late then 'OVERDUE' when open then 'SENT' else 'PAID' end, pg_temp.id('a000', customer), 'EUR',
            day, day + 30, day, day + g % 50 * interval '1 minute', 100 + g % 900, case when open then 0 else 100 + g % 900 end, case when open then 100 + g % 900 else 0 end,
            'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR' from n;
        insert into crm.payments (tenant_id, id, status, method, source, source_key, customer_id, payer_iban, received_on, created_at, amount_amount, amount_currency, allocated_total_amount, allocated_total_currency,
            refunded_total_currency, unallocated_amount, unallocated_currency)
          select tenant, pg_temp.id('c000', g), case when unmatched then 'UNALLOCATED' else 'ALLOCATED' end, 'BANK_TRANSFER', 'BANK_STATEMENT', 'key-' || g, pg_temp.id('a000', customer), 'DE' || customer,
            day + 20, day + 20 + g % 50 * interval '1 minute', 100, 'EUR', case when unmatched then 0 else 100 end, 'EUR', 'EUR', case when unmatched then 100 else 0 end, 'EUR' from n;
        insert into crm.receivable_entries (tenant_id, id, kind, payment_id, invoice_id, amount_amount, amount_currency, booked_on, created_at)
          select tenant, pg_temp.id('d000', g), 'ALLOCATION', pg_temp.id('c000', g), pg_temp.id('b000', g), 100, 'EUR', day + 20, day + 20 from n where not unmatched;
        insert into crm.bank_statements (tenant_id, id, name, format, checksum, entry_count, payment_count, duplicate_count, outgoing_count, reversal_count, skipped_count)
          select tenant, pg_temp.id('e000', g / 200), 'Statement', 'CSV', 'c' || g / 200, 100, 100, 0, 0, 0, 0 from n where g % 200 = 0;
        insert into crm.bank_statement_entries (tenant_id, id, bank_statement_id, position, entry_key, outcome, payment_id, account, is_credit, amount, currency, booked_on)
          select tenant, pg_temp.id('f000', g), pg_temp.id('e000', g / 200), 1 + g % 200, 'key-' || g, 'PAYMENT', pg_temp.id('c000', g), 'BG80BNBG96611020345678', true, 100, 'EUR', day + 20 from n;
        insert into crm.products (tenant_id, id, name, sku) select t.id, pg_temp.id('a001', p), 'Product ' || p, 'P-' || p from crm.tenants t, generate_series(0, 199) p;
        insert into crm.warehouses (tenant_id, id, name, code) select t.id, pg_temp.id('a002', w), 'Warehouse ' || w, 'W-' || w from crm.tenants t, generate_series(0, 9) w;
        insert into crm.stocks (tenant_id, id, product_id, warehouse_id, on_hand) select p.tenant_id, pg_temp.id('a003', row_number() over ()), p.id, w.id, 10 from crm.products p join crm.warehouses w using (tenant_id);
        insert into crm.stock_movements (tenant_id, id, product_id, warehouse_id, kind, quantity, occurred_at, change, on_hand, order_id, created_at)
          select tenant, pg_temp.id('a004', g), pg_temp.id('a001', g % 400 / 2), pg_temp.id('a002', g / 400 % 10), case when g % 4 = 0 then 'ISSUE' else 'RECEIPT' end, 1, day, 1, 1,
            case when g % 4 = 0 then pg_temp.id('a005', g / 8) end, day + g % 50 * interval '1 minute' from n;
        """;

    /// <summary>What the planner knows of them, and which pages need no second look.</summary>
    internal const string Known = "vacuum analyze crm.customers, crm.invoices, crm.payments, crm.receivable_entries, crm.bank_statements, crm.bank_statement_entries, crm.products, crm.warehouses, crm.stocks, crm.stock_movements";
}
