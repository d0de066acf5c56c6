delete from crm.notifications where kind in ('OFFER_ACCEPTED', 'OFFER_DECLINED', 'OFFER_EXPIRED');
alter table crm.notifications
  drop constraint ck_notifications_kind,
  add constraint ck_notifications_kind check (kind in ('TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'DEAL_WON', 'DEAL_LOST', 'MENTION', 'LEAD_ROUTED', 'APPROVAL_REQUESTED', 'WORKFLOW'));
drop view crm_read.tenant_settings;
alter table crm.tenant_settings drop column offer_validity_days;
drop table crm.offer_links;
drop view crm_read.orders;
alter table crm.orders drop column offer_id;
drop view crm_read.offer_optional_items;
drop table crm.offer_optional_items;
drop view crm_read.offer_line_items;
drop table crm.offer_line_items;
drop view crm_read.offers;
drop table crm.offers;
do $$
begin
  perform crm.protect('orders');
  perform crm.protect('tenant_settings');
end $$;
