drop index crm.ix_payments_payer_iban;
drop index crm.ix_payments_unallocated;
drop index crm.ix_invoices_due_total;
drop index crm.ix_invoices_key;
drop function crm.invoice_key(text);
