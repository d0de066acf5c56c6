-- Approvals by discount: the organization's limit, and up to which discount was approved.
alter table crm.tenant_settings
  add column deal_approval_discount_above numeric,
  add constraint ck_tenant_settings_deal_approval_discount_above check (deal_approval_discount_above between 0 and 100);

alter table crm.approvals
  add column discount_percent numeric,
  add constraint ck_approvals_discount_percent check (discount_percent between 0 and 100);

do $$
begin
  perform crm.protect('tenant_settings');
  perform crm.protect('approvals');
end $$;
