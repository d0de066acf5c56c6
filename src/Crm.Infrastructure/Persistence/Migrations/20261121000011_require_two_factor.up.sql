-- A tenant may ask for a second factor: see docs/api/people.md.

alter table crm.tenant_settings add column require_two_factor boolean not null default false;

do $$
begin
  perform crm.protect('tenant_settings');
end $$;
