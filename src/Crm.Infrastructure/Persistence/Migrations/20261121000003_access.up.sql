-- Other ways in than a password: API keys, second factors, subjects of outside issuers. And who acted by which key.

-- ---------------------------------------------------------------------------------------------------------------------
-- Global tables: needed before a tenant is known, or about a user wherever he is a member. Hashes and sealed secrets only.
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.api_key_lookup (
  key_hash bytea not null,
  tenant_id uuid not null,
  api_key_id uuid not null,
  constraint pk_api_key_lookup primary key (key_hash)
);
create unique index ux_api_key_lookup_api_key_id on crm.api_key_lookup (tenant_id, api_key_id);

create table crm.member_link_lookup (
  subject_hash bytea not null,
  tenant_id uuid not null,
  user_id uuid not null,
  constraint pk_member_link_lookup primary key (subject_hash, tenant_id)
);

create table crm.second_factors (
  user_id uuid not null,
  -- Sealed: the key is not in this database.
  secret bytea not null,
  -- The newest time step a code was taken for; an older or equal one is never taken again.
  last_step bigint not null default 0,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  constraint pk_second_factors primary key (user_id),
  constraint fk_second_factors_user_id foreign key (user_id) references crm.users (id) deferrable initially deferred
);

create table crm.recovery_codes (
  user_id uuid not null,
  code_hash bytea not null,
  constraint pk_recovery_codes primary key (user_id, code_hash),
  constraint fk_recovery_codes_user_id foreign key (user_id) references crm.users (id) deferrable initially deferred
);

grant select, insert, update, delete on crm.api_key_lookup, crm.member_link_lookup, crm.second_factors, crm.recovery_codes to crm_app;

-- ---------------------------------------------------------------------------------------------------------------------
-- Tenant tables
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.api_keys (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  prefix text not null,
  scopes text[] not null,
  member_id uuid not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  updated_by uuid,
  deleted_at timestamptz,
  deletion_id uuid,
  external_id text,
  tags text[] not null default '{}',
  custom_fields jsonb not null default '{}',
  constraint pk_api_keys primary key (tenant_id, id),
  constraint fk_api_keys_member_id foreign key (tenant_id, member_id) references crm.members (tenant_id, id) deferrable initially deferred
);
create unique index ux_api_keys_external_id on crm.api_keys (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_api_keys_created_at on crm.api_keys (tenant_id, created_at, id) where deleted_at is null;
create index ix_api_keys_member_id on crm.api_keys (tenant_id, member_id) where deleted_at is null;
create index ix_api_keys_created_by on crm.api_keys (tenant_id, created_by) where deleted_at is null;

create table crm.member_links (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  issuer text not null,
  subject text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  updated_by uuid,
  deleted_at timestamptz,
  deletion_id uuid,
  external_id text,
  tags text[] not null default '{}',
  custom_fields jsonb not null default '{}',
  constraint pk_member_links primary key (tenant_id, id),
  constraint fk_member_links_member_id foreign key (tenant_id, member_id) references crm.members (tenant_id, id) deferrable initially deferred
);
create unique index ux_member_links_subject on crm.member_links (tenant_id, issuer, subject) where deleted_at is null;
create unique index ux_member_links_external_id on crm.member_links (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_member_links_created_at on crm.member_links (tenant_id, created_at, id) where deleted_at is null;
create index ix_member_links_member_id on crm.member_links (tenant_id, member_id) where deleted_at is null;

-- A service user is a member nobody signs in as.
alter table crm.members add column kind text not null default 'PERSON';
alter table crm.members add constraint ck_members_kind check (kind in ('PERSON', 'SERVICE'));

alter table crm.events add column api_key_id uuid;
alter table crm.audit_log add column api_key_id uuid;

do $$
begin
  perform crm.protect('api_keys');
  perform crm.protect('member_links');
  perform crm.protect('members');
  perform crm.protect('events', append_only => true);
  perform crm.protect('audit_log', append_only => true);
end $$;
