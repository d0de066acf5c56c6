namespace Crm.Api.Tests.Schema;

/// <summary>Rows for the tests of the schema, in plain SQL: the service's rules are not what is tested.</summary>
internal static class SchemaSeed
{
    /// <summary>Two tenants; in the first one row of every tenant table, each with the id …1.</summary>
    internal const string OneOfEach = """
        insert into crm.tenants (id) values ('00000000-0000-7000-8000-00000000000a'), ('00000000-0000-7000-8000-00000000000b');
        create temp table k as select '00000000-0000-7000-8000-00000000000a'::uuid as t, '00000000-0000-7000-9000-000000000001'::uuid as id;
        insert into crm.deal_figures (tenant_id, id, pipeline_id, stage_id, status, owner_id, deals, value, weighted, unweighted, cycles, cycle_days) select t, id, id, id, 'OPEN', id, 1, 0, 0, 0, 0, 0 from k;
        insert into crm.deal_line_items (tenant_id, id, deal_id, product_id, position) select t, id, id, id, 1 from k;
        insert into crm.deals (tenant_id, id, title, pipeline_id, stage_id, opened_on, customer_id, lead_id, owner_id) select t, id, 'Deal', id, id, '2026-01-01', id, id, id from k;
        insert into crm.tenant_settings (tenant_id, id, name) select t, t, 'Tenant' from k;
        insert into crm.teams (tenant_id, id, name, manager_id) select t, id, 'Team', id from k;
        insert into crm.members (tenant_id, id, full_name, email, role, team_id) select t, id, 'Member', 'm@example.com', 'USER', id from k;
        insert into crm.api_keys (tenant_id, id, name, prefix, scopes, member_id) select t, id, 'Key', 'crm_00000000', '{leads.read}', id from k;
        insert into crm.member_links (tenant_id, id, member_id, issuer, subject) select t, id, id, 'https://login.example.com', 'ada' from k;
        insert into crm.invitations (tenant_id, id, email, role, token_id, expires_at) select t, id, 'i@example.com', 'USER', id, now() from k;
        insert into crm.sessions (tenant_id, id, user_id, started_at, last_used_at) select t, id, id, now(), now() from k;
        insert into crm.leads (tenant_id, id, name, owner_id, team_id) select t, id, 'Lead', id, id from k;
        insert into crm.customers (tenant_id, id, number, name, company_id) select t, id, 'C-1', 'Customer', id from k;
        insert into crm.companies (tenant_id, id, name) select t, id, 'Company' from k;
        insert into crm.contacts (tenant_id, id, last_name, customer_id) select t, id, 'Contact', id from k;
        insert into crm.products (tenant_id, id, name, sku) select t, id, 'Product', 'P-1' from k;
        insert into crm.product_components (tenant_id, id, product_id, component_id, position) select t, id, id, id, 0 from k;
        insert into crm.product_categories (tenant_id, id, name) select t, id, 'Category' from k;
        insert into crm.price_books (tenant_id, id, name, currency) select t, id, 'Book', 'EUR' from k;
        insert into crm.prices (tenant_id, id, price_book_id, product_id, unit_price) select t, id, id, id, 1 from k;
        insert into crm.tax_rates (tenant_id, id, country, tax_code, tax_category, percent, valid_from) select t, id, 'BG', 'STANDARD', 'STANDARD', 20, '2026-01-01' from k;
        insert into crm.invoices (tenant_id, id, customer_id, currency, line_total_currency, allowance_total_currency, charge_total_currency, net_total_currency, tax_total_currency, total_currency, paid_total_currency, credited_total_currency, due_total_currency)
          select t, id, id, 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR' from k;
        insert into crm.invoice_line_items (tenant_id, id, invoice_id, product_id, quantity, position) select t, id, id, id, 1, 1 from k;
        insert into crm.invoice_reminders (tenant_id, id, invoice_id, stage, recipient, days_overdue, due_amount, due_currency, sent_at) select t, id, id, 1, 'b@example.com', 7, 1, 'EUR', now() from k;
        insert into crm.orders (tenant_id, id, number, customer_id, currency, line_total_currency, allowance_total_currency, charge_total_currency, net_total_currency, tax_total_currency, total_currency)
          select t, id, 'O-1', id, 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR' from k;
        insert into crm.order_line_items (tenant_id, id, order_id, product_id, quantity, position) select t, id, id, id, 1, 1 from k;
        insert into crm.offers (tenant_id, id, number, customer_id, currency, line_total_currency, allowance_total_currency, charge_total_currency, net_total_currency, tax_total_currency, total_currency)
          select t, id, 'OF-1', id, 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR' from k;
        insert into crm.offer_line_items (tenant_id, id, offer_id, product_id, quantity, position) select t, id, id, id, 1, 1 from k;
        insert into crm.offer_optional_items (tenant_id, id, offer_id, product_id, quantity, position) select t, id, id, id, 1, 1 from k;
        insert into crm.recurring_invoices (tenant_id, id, starts_on, customer_id, currency, line_total_currency, allowance_total_currency, charge_total_currency, net_total_currency, tax_total_currency, total_currency)
          select t, id, '2026-01-31', id, 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR' from k;
        insert into crm.recurring_invoice_line_items (tenant_id, id, recurring_invoice_id, product_id, quantity, position) select t, id, id, id, 1, 1 from k;
        insert into crm.recurring_revenue_entries (tenant_id, id, recurring_invoice_id, customer_id, effective_on, monthly_amount, monthly_currency) select t, id, id, id, '2026-01-31', 1, 'EUR' from k;
        insert into crm.payments (tenant_id, id, method, amount_amount, amount_currency, received_on, customer_id, allocated_total_currency, refunded_total_currency, unallocated_amount, unallocated_currency)
          select t, id, 'CASH', 1, 'EUR', '2026-01-01', id, 'EUR', 'EUR', 1, 'EUR' from k;
        insert into crm.receivable_entries (tenant_id, id, kind, payment_id, invoice_id, amount_amount, amount_currency, booked_on) select t, id, 'ALLOCATION', id, id, 1, 'EUR', '2026-01-01' from k;
        insert into crm.bank_statements (tenant_id, id, name, format, checksum, entry_count, payment_count, duplicate_count, outgoing_count, reversal_count, skipped_count)
          select t, id, 'March', 'CSV', 'c', 1, 1, 0, 0, 0, 0 from k;
        insert into crm.bank_statement_entries (tenant_id, id, bank_statement_id, position, entry_key, outcome, payment_id, account, is_credit, amount, currency, booked_on)
          select t, id, id, 1, 'k', 'PAYMENT', id, 'BG80BNBG96611020345678', true, 1, 'EUR', '2026-01-01' from k;
        insert into crm.warehouses (tenant_id, id, name, code) select t, id, 'Warehouse', 'W-1' from k;
        insert into crm.stocks (tenant_id, id, product_id, warehouse_id) select t, id, id, id from k;
        insert into crm.stock_movements (tenant_id, id, product_id, warehouse_id, kind, quantity, occurred_at, change, on_hand) select t, id, id, id, 'RECEIPT', 1, now(), 1, 1 from k;
        insert into crm.pipelines (tenant_id, id, name, is_default) select t, id, 'Pipeline', true from k;
        insert into crm.pipeline_stages (tenant_id, id, pipeline_id, name, probability, position) select t, id, id, 'Stage', 10, 1 from k;
        insert into crm.tasks (tenant_id, id, title, deal_id) select t, id, 'Task', id from k;
        insert into crm.activities (tenant_id, id, type, subject, occurred_at, task_id) select t, id, 'NOTE', 'Activity', now(), id from k;
        insert into crm.notifications (tenant_id, id, member_id, kind, title) select t, id, id, 'MENTION', 'Notification' from k;
        insert into crm.notification_preferences (tenant_id, member_id, in_app, email, sms, digest, digest_hour, digested_at) select t, id, '{}', '{}', '{}', 'NONE', 8, now() from k;
        insert into crm.notification_digests (tenant_id, id, member_id, from_at, to_at) select t, id, id, now(), now() from k;
        insert into crm.document_templates (tenant_id, id, name, type, html, is_default) select t, id, 'Template', 'INVOICE', '<p>', true from k;
        insert into crm.files (tenant_id, id, name, content_type, size, checksum, task_id) select t, id, 'File', 'text/plain', 1, 'x', id from k;
        insert into crm.tag_counts (tenant_id, resource, tag, slot, count) select t, 'leads', 'vip', 0, 1 from k;
        insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type) select t, id, 1, 0, 'lead.created', 'lead', id, 1, now(), 'USER' from k;
        insert into crm.audit_log (tenant_id, id, epoch, occurred_at, actor_type, action, outcome) select t, id, 1, now(), 'USER', 'auth.login', 'SUCCEEDED' from k;
        insert into crm.idempotency_keys (tenant_id, caller_id, key, fingerprint) select t, id, 'key', '' from k;
        insert into crm.counters (tenant_id, name) select t, 'customers' from k;
        insert into crm.payment_accounts (tenant_id, secret_key, key_hint, success_url) select t, '', 'sk_test_', 'https://example.com' from k;
        insert into crm.checkouts (tenant_id, id, invoice_id, gateway_key, total_amount, total_currency, status, expires_at) select t, id, id, 'cs_1', 1, 'EUR', 'OPEN', now() from k;
        insert into crm.plan_usage (tenant_id, name, period, used) select t, 'leads', date '1970-01-01', 1 from k;
        insert into crm.custom_fields (tenant_id, id, number, entity, name, type) select t, id, 1, 'leads', 'tier', 'TEXT' from k;
        insert into crm.approvals (tenant_id, id, title, resource, record_id, requester_id, run_id) select t, id, 'Approval', 'leads', id, id, id from k;
        insert into crm.workflow_rules (tenant_id, id, name, resource, trigger, actions) select t, id, 'Rule', 'leads', '{"type": "MANUAL"}', '[]' from k;
        insert into crm.workflow_runs (tenant_id, id, rule_id, rule_version, trigger, resource, status, created_at) select t, id, id, 1, 'MANUAL', 'leads', 'SUCCEEDED', now() from k;
        insert into crm.workflow_turns (tenant_id, rule_id, step, turn) select t, id, 0, 1 from k;
        insert into crm.lead_scoring_models (tenant_id, id, name, leads, converted, auc, brier_score, calibration_error, calibration, parameters) select t, id, 'Model', 1, 1, 1, 0, 0, '[]', '{}' from k;
        insert into crm.lead_scoring_rules (tenant_id, id, name, points) select t, id, 'Rule', 10 from k;
        insert into crm.routing_rules (tenant_id, id, name, strategy, team_id) select t, id, 'Rule', 'ROUND_ROBIN', id from k;
        insert into crm.assignment_turns (tenant_id, pool, slot) select t, id, 0 from k;
        insert into crm.lead_routings (tenant_id, id, lead_id, outcome, rule_id, routed_at) select t, id, id, 'ROUTED', id, now() from k;
        insert into crm.custom_values (tenant_id, record_id, field, n, text_value, created_at) select t, id, 1000, 0, 'gold', now() from k;
        insert into crm.event_consumers (tenant_id, id, name) select t, id, 'Consumer' from k;
        insert into crm.event_consumer_places (tenant_id, consumer_id, epoch, xid, n) select t, id, 1, 1, 0 from k;
        insert into crm.webhooks (tenant_id, id, url, events) select t, id, 'https://hooks.example/crm', '{*}' from k;
        insert into crm.webhook_secrets (tenant_id, id, webhook_id, secret) select t, id, id, '' from k;
        insert into crm.webhook_deliveries (tenant_id, id, webhook_id, event_id, event_type, aggregate_type, aggregate_id, epoch, xid, n) select t, id, id, id, 'lead.created', 'lead', id, 1, 1, 0 from k;
        """;

    /// <summary>20,000 leads in one tenant and 4,000 in each of five others, with entries of three custom fields; names and words as uneven as in life.</summary>
    internal const string Leads = """
        insert into crm.tenants (id) select ('00000000-0000-7000-8000-0000000001' || lpad(t::text, 2, '0'))::uuid from generate_series(0, 5) t;
        insert into crm.members (tenant_id, id, full_name, email, role)
          select id, ('00000000-0000-7000-9000-0000000000' || m)::uuid, 'Member ' || m, 'm' || m || '@example.com', 'USER' from crm.tenants, generate_series(10, 39) m
          where id >= '00000000-0000-7000-8000-000000000100';
        insert into crm.leads (tenant_id, id, name, email, phone_digits, company, status, value_amount, value_currency, notes, owner_id, created_at, updated_at, external_id, tags)
          select ('00000000-0000-7000-8000-0000000001' || lpad((case when g % 2 = 0 then 0 else 1 + g / 2 % 5 end)::text, 2, '0'))::uuid, gen_random_uuid(),
            'First' || floor(200 * power(random(), 3)) || ' Last' || floor(2000 * power(random(), 2)) || ' Müller', 'u' || g || '@firm' || g % 3000 || '.example', '35988' || g,
            'Firm' || g % 3000 || ' Ltd', (array['NEW', 'CONTACTED', 'QUALIFIED', 'LOST'])[1 + floor(4 * power(random(), 2))::int], g, 'EUR',
            'word' || floor(3000 * power(random(), 4)) || ' word' || floor(3000 * power(random(), 4)), ('00000000-0000-7000-9000-0000000000' || 10 + g / 10 % 30)::uuid,
            '2026-01-01'::timestamptz + g * interval '1 minute', '2026-01-01'::timestamptz + random() * interval '90 days', 'ext-' || g,
            case when random() < 0.005 then '{vip}'::text[] when random() < 0.3 then '{fair}' else '{}' end
          from generate_series(1, 40000) g;
        insert into crm.events (tenant_id, id, epoch, xid, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type)
          select tenant_id, gen_random_uuid(), 1, row_number() over (order by created_at), 0, 'lead.created', 'lead', id, 1, created_at, 'USER' from crm.leads;
        insert into crm.activities (tenant_id, id, type, subject, occurred_at, lead_id)
          select tenant_id, gen_random_uuid(), 'CALL', 'Call', created_at, id from crm.leads limit 20000;
        insert into crm.tasks (tenant_id, id, title, due_at, assignee_id, lead_id)
          select tenant_id, gen_random_uuid(), 'Call back', case when random() < 0.7 then created_at end, owner_id, id from crm.leads limit 20000;
        insert into crm.custom_values (tenant_id, record_id, field, n, text_value, number_value, created_at)
          select tenant_id, id, f * 1000, 0, case f when 1 then 'tier' || hashtext(id::text) % 4 when 2 then 'code' || row_number() over () end, case f when 3 then hashtext(id::text) % 1000 end, created_at
          from crm.leads, generate_series(1, 3) f;
        insert into crm.workflow_rules (tenant_id, id, name, resource, trigger, actions) select id, id, 'Rule', 'leads', '{"type": "MANUAL"}', '[]' from crm.tenants;
        insert into crm.workflow_runs (tenant_id, id, rule_id, rule_version, trigger, resource, status, created_at, finished_at)
          select tenant_id, id, tenant_id, 1, 'MANUAL', 'leads', 'SUCCEEDED', created_at, created_at + interval '1 minute' from crm.leads;
        insert into crm.outbox (id, tenant_id, event_id, sink, next_try_at, dead_at) select id, tenant_id, id, 'email.welcome', created_at, case when status = 'LOST' then created_at end from crm.leads;
        vacuum analyze crm.leads, crm.events, crm.activities, crm.tasks, crm.custom_values, crm.workflow_runs, crm.outbox, crm.approvals;
        """;
}
