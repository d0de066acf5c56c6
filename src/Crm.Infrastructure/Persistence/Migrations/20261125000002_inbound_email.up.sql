-- Global: whose e-mails a secret address takes, before a tenant is known. One without an end, and the one before it for a day. See docs/decisions/0052-e-mails-are-handed-in.md.
create table crm.inbound_addresses (
  token_hash bytea not null,
  tenant_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  constraint pk_inbound_addresses primary key (token_hash)
);
create unique index ux_inbound_addresses_tenant_id on crm.inbound_addresses (tenant_id) where expires_at is null;
grant select, insert, update, delete on crm.inbound_addresses to crm_app;
