-- $1 tenant, $2 its owner. 20,000 customers with five open invoices each, of which two on average come to the same amount, and 10,000 payments that are not matched yet: 70 % name their invoice,
-- 10 % in short, 10 % come from an account that has paid before, 5 % bear their customer's name, 5 % say nothing. Ids of invoices and payments are in the order of their time, as those that the service
-- makes (UUIDv7) are; payments come in no order of their invoices.
with customer as (
  insert into crm.customers (tenant_id, id, number, name)
  select $1, md5('customer' || c)::uuid, 'C-' || c, 'Works of ' || substr(md5(c || 'name'), 1, 12) from generate_series(1, 20000) c),
invoice as (
  select i, (lpad(to_hex(i), 8, '0') || '-0000-7000-8000-' || substr(md5('invoice' || i), 1, 12))::uuid as id, md5('customer' || 1 + i % 20000)::uuid as customer_id, 1 + i % 20000 as c, '2026-' || lpad(i::text, 6, '0') as number, 100 + (i * 7919 % 50000) / 100.0 as due
  from generate_series(1, 100000) i),
open as (
  insert into crm.invoices (tenant_id, id, number, status, customer_id, owner_id, currency, due_date, line_total_amount, net_total_amount, total_amount, due_total_amount, line_total_currency, allowance_total_currency,
    charge_total_currency, net_total_currency, tax_total_currency, total_currency, paid_total_currency, credited_total_currency, due_total_currency, issue_date, issued_at, seller, buyer)
  select $1, id, number, 'SENT', customer_id, $2, 'EUR', '2026-12-31', due, due, due, due, 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'EUR', '2026-01-01', '2026-01-01', '{"name": "Analytical Ltd"}',
    '{"name": "Customer"}' from invoice),
line as (
  insert into crm.invoice_line_items (tenant_id, id, invoice_id, name, quantity, unit, unit_price_amount, unit_price_currency, tax_category, tax_percent, net_amount, net_currency, position)
  select $1, (lpad(to_hex(i), 8, '0') || '-0000-7000-8000-' || substr(md5('line' || i), 1, 12))::uuid, id, 'Engine', 1, 'C62', due, 'EUR', 'OUTSIDE_SCOPE', 0, due, 'EUR', 0 from invoice),
past as (
  insert into crm.payments (tenant_id, id, status, method, amount_amount, amount_currency, received_on, customer_id, payer_iban, allocated_total_amount, allocated_total_currency, refunded_total_currency,
    unallocated_amount, unallocated_currency)
  select $1, md5('past' || c)::uuid, 'ALLOCATED', 'BANK_TRANSFER', 1, 'EUR', '2026-01-01', md5('customer' || c)::uuid, 'DE' || lpad(c::text, 20, '0'), 1, 'EUR', 'EUR', 0, 'EUR' from generate_series(1, 20000) c)
insert into crm.payments (tenant_id, id, method, amount_amount, amount_currency, received_on, reference, payer_name, payer_iban, allocated_total_currency, refunded_total_currency, unallocated_amount,
  unallocated_currency, source, source_key)
select $1, (lpad(to_hex(i * 7919 % 100000), 8, '0') || '-0000-7000-8000-' || substr(md5('payment' || i), 1, 12))::uuid, 'BANK_TRANSFER', due, 'EUR', '2026-11-01',
  case when i / 10 % 20 < 14 then 'Invoice ' || number || ', thank you' when i / 10 % 20 < 16 then 'Re: 2026/' || i || ' of this year' else 'Thank you' end,
  case when i / 10 % 20 = 18 then upper('works of ' || substr(md5(c || 'name'), 1, 12)) end,
  case when i / 10 % 20 in (16, 17) then 'DE' || lpad(c::text, 20, '0') end, 'EUR', 'EUR', due, 'EUR', 'BANK_STATEMENT', number
from invoice where i % 10 = 0
