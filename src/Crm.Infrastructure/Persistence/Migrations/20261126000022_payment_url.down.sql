-- A view has the columns it was made with: it goes before its columns do, and is made again without them.

drop view crm_read.tenant_settings;
alter table crm.tenant_settings drop column payment_url_pattern;
drop view crm_read.invoices;
alter table crm.invoices drop column payment_url;

do $$
begin
  perform crm.protect('tenant_settings');
  perform crm.protect('invoices');
end $$;
