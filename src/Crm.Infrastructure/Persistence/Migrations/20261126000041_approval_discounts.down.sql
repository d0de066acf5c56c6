-- Takes back approvals by discount.

drop view if exists crm_read.approvals, crm_read.tenant_settings;
alter table crm.tenant_settings drop constraint ck_tenant_settings_deal_approval_discount_above, drop column deal_approval_discount_above;
alter table crm.approvals drop constraint ck_approvals_discount_percent, drop column discount_percent;

do $$
begin
  perform crm.protect('tenant_settings');
  perform crm.protect('approvals');
end $$;
