-- Takes back approvals and the limit of deals.

drop view if exists crm_read.approvals, crm_read.tenant_settings;
drop table if exists crm.approvals;
alter table crm.tenant_settings drop constraint ck_tenant_settings_deal_approval_above, drop column deal_approval_above_amount, drop column deal_approval_above_currency;

do $$
begin
  perform crm.protect('tenant_settings');
end $$;
