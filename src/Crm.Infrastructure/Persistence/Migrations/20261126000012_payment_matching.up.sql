-- Payments find the invoices they are for by index: by numbers as people write them, by what is due, by accounts that have paid before.

-- Year and number without leading zeros: INV-2026-000017 is 2026-17. The service reads the same out of what payers write.
create function crm.invoice_key(number text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(substring(number from '[0-9]{4}-[0-9]+$'), '-0+', '-');

create index ix_invoices_key on crm.invoices (tenant_id, crm.invoice_key(number)) where kind = 'INVOICE' and number is not null and deleted_at is null;
create index ix_invoices_due_total on crm.invoices (tenant_id, due_total_currency, due_total_amount, customer_id)
  where kind = 'INVOICE' and status in ('SENT', 'PARTIALLY_PAID', 'OVERDUE') and deleted_at is null;
create index ix_payments_unallocated on crm.payments (tenant_id, id) where status = 'UNALLOCATED' and deleted_at is null;
create index ix_payments_payer_iban on crm.payments (tenant_id, payer_iban, id) include (customer_id)
  where payer_iban is not null and customer_id is not null and deleted_at is null;
