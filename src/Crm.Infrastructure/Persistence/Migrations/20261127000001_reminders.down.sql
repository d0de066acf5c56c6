-- A view has the columns it was made with: it goes before its columns do, and is made again without them.

delete from crm.notifications where kind = 'INVOICE_REMINDER_FAILED';
alter table crm.notifications
  drop constraint ck_notifications_kind,
  add constraint ck_notifications_kind check (kind in ('TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'DEAL_WON', 'DEAL_LOST', 'MENTION', 'LEAD_ROUTED', 'APPROVAL_REQUESTED', 'WORKFLOW',
    'OFFER_ACCEPTED', 'OFFER_DECLINED', 'OFFER_EXPIRED', 'RECURRING_INVOICE_FAILED'));

drop view crm_read.invoice_reminders;
drop table crm.invoice_reminders;

drop view crm_read.invoices;
alter table crm.invoices
  drop constraint ck_invoices_reminder_stage,
  drop column reminder_failure,
  drop column reminded_at,
  drop column reminder_stage,
  drop column reminders_paused;

drop view crm_read.customers;
alter table crm.customers drop column reminders_paused;

drop view crm_read.tenant_settings;
alter table crm.tenant_settings drop column dunning_stages;

do $$
begin
  perform crm.protect('tenant_settings');
  perform crm.protect('customers');
  perform crm.protect('invoices');
end $$;
