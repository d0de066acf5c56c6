-- What the platform knows and does about organizations. See docs/decisions/0064-the-platform-has-a-key-of-its-own.md.

-- The name follows the settings, which only the organization itself may read: the platform lists and finds organizations by it.
alter table crm.tenants
  add column name text collate "und-x-icu",
  add column suspended_at timestamptz,
  add column suspended_reason text,
  add constraint ck_tenants_suspended check (status = 'SUSPENDED' or suspended_at is null and suspended_reason is null);
create index ix_tenants_suspended on crm.tenants (id) where status = 'SUSPENDED';
create index ix_tenants_created_at on crm.tenants (created_at, id);

do $$
declare tenant uuid;
begin
  for tenant in select id from crm.tenants loop
    perform set_config('app.tenant_id', tenant::text, true);
    update crm.tenants t set name = (select s.name from crm.tenant_settings s where s.tenant_id = tenant and s.id = tenant) where t.id = tenant;
  end loop;
  perform set_config('app.tenant_id', '', true);
end $$;

-- Every use of the platform's key. A local table: it is about this service, and nobody changes it.
create table crm.platform_log (
  id uuid not null,
  occurred_at timestamptz not null,
  action text not null,
  outcome text not null,
  code text,
  tenant_id uuid,
  request jsonb not null,
  request_id text,
  source_ip text,
  constraint pk_platform_log primary key (id),
  constraint ck_platform_log_outcome check (outcome in ('SUCCEEDED', 'REFUSED', 'FAILED'))
);
create index ix_platform_log_tenant_id on crm.platform_log (tenant_id, id);
grant select, insert on crm.platform_log to crm_app;
