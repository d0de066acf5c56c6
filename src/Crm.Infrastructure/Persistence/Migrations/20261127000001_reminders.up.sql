-- Reminders of late invoices: the organization's stages, whose reminders are paused, and what was sent. See docs/decisions/0062-a-stage-is-reached-not-worked-off.md.

alter table crm.tenant_settings add column dunning_stages jsonb not null default '[]';

alter table crm.customers add column reminders_paused boolean not null default false;

alter table crm.invoices
  add column reminders_paused boolean not null default false,
  add column reminder_stage integer not null default 0,
  add column reminded_at timestamptz,
  add column reminder_failure text,
  add constraint ck_invoices_reminder_stage check (reminder_stage between 0 and 10);

create table crm.invoice_reminders (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
  stage integer not null,
  recipient text not null,
  days_overdue integer not null,
  due_amount numeric not null,
  due_currency text not null,
  sent_at timestamptz not null,
  sent_by uuid,
  constraint pk_invoice_reminders primary key (tenant_id, id),
  constraint fk_invoice_reminders_invoice_id foreign key (tenant_id, invoice_id) references crm.invoices (tenant_id, id) deferrable initially deferred,
  constraint ck_invoice_reminders_stage check (stage between 1 and 10),
  constraint ck_invoice_reminders_days_overdue check (days_overdue > 0),
  constraint ck_invoice_reminders_due check ((due_amount is null) = (due_currency is null)),
  constraint ck_invoice_reminders_due_amount check (due_amount > 0)
);
-- A stage of an invoice is sent once, whoever tries at the same time.
create unique index ux_invoice_reminders_stage on crm.invoice_reminders (tenant_id, invoice_id, stage);

alter table crm.notifications
  drop constraint ck_notifications_kind,
  add constraint ck_notifications_kind check (kind in ('TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'DEAL_WON', 'DEAL_LOST', 'MENTION', 'LEAD_ROUTED', 'APPROVAL_REQUESTED', 'WORKFLOW',
    'OFFER_ACCEPTED', 'OFFER_DECLINED', 'OFFER_EXPIRED', 'RECURRING_INVOICE_FAILED', 'INVOICE_REMINDER_FAILED'));

do $$
begin
  perform crm.protect('tenant_settings');
  perform crm.protect('customers');
  perform crm.protect('invoices');
  perform crm.protect('invoice_reminders', append_only => true);
end $$;
