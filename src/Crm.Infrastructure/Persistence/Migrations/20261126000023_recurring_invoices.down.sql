delete from crm.notifications where kind = 'RECURRING_INVOICE_FAILED';
alter table crm.notifications
  drop constraint ck_notifications_kind,
  add constraint ck_notifications_kind check (kind in ('TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'DEAL_WON', 'DEAL_LOST', 'MENTION', 'LEAD_ROUTED', 'APPROVAL_REQUESTED', 'WORKFLOW',
    'OFFER_ACCEPTED', 'OFFER_DECLINED', 'OFFER_EXPIRED'));
drop view crm_read.invoices;
alter table crm.invoices
  drop column recurrence,
  drop column recurring_invoice_id;
drop view crm_read.recurring_invoice_line_items;
drop table crm.recurring_invoice_line_items;
drop view crm_read.recurring_invoices;
drop table crm.recurring_invoices;
do $$
begin
  perform crm.protect('invoices');
end $$;
