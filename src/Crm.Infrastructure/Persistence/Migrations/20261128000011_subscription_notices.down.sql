delete from crm.notifications where kind in ('SUBSCRIPTION_DUE', 'SUBSCRIPTION_PAST_DUE', 'SUBSCRIPTION_ENDING', 'SUBSCRIPTION_ENDED');
alter table crm.notifications
  drop constraint ck_notifications_kind,
  add constraint ck_notifications_kind check (kind in ('TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'DEAL_WON', 'DEAL_LOST', 'MENTION', 'LEAD_ROUTED', 'APPROVAL_REQUESTED', 'WORKFLOW',
    'OFFER_ACCEPTED', 'OFFER_DECLINED', 'OFFER_EXPIRED', 'RECURRING_INVOICE_FAILED', 'INVOICE_REMINDER_FAILED'));
