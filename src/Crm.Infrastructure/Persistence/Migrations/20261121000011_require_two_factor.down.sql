-- Undoes require_two_factor. A view has the columns it was made with: it goes before its column does, and is made again without it.

drop view if exists crm_read.tenant_settings;
alter table crm.tenant_settings drop column if exists require_two_factor;

do $$
begin
  perform crm.protect('tenant_settings');
end $$;
