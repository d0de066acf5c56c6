drop view crm_read.receivable_entries;
drop table crm.receivable_entries;
drop view crm_read.payments;
drop table crm.payments;
drop view crm_read.invoices;
drop index crm.ix_invoices_voided_at;
drop index crm.ix_invoices_open;
alter table crm.invoices
  drop column refunded,
  drop column written_off;
do $$
begin
  perform crm.protect('invoices');
end $$;
