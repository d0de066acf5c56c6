-- People: permissions besides the role, trees of teams, search in both, invitations, sessions, password reset.

-- ---------------------------------------------------------------------------------------------------------------------
-- Members and teams
-- ---------------------------------------------------------------------------------------------------------------------

alter table crm.members
  add column permissions_grant text[] not null default '{}',
  add column permissions_deny text[] not null default '{}',
  add column search tsvector generated always as (crm.search_vector(coalesce(full_name, '') || ' ' || coalesce(email, ''))) stored;
create index ix_members_words on crm.members using gin (tenant_id, search, tags, crm.fold(full_name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_members_email on crm.members (tenant_id, email) where deleted_at is null;

alter table crm.teams
  add column parent_id uuid,
  add column search tsvector generated always as (crm.search_vector(coalesce(name, '') || ' ' || coalesce(region, ''))) stored,
  add constraint fk_teams_parent_id foreign key (tenant_id, parent_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  -- Longer rings are kept out by the service, which holds the tenant's tree while it adds to it.
  add constraint ck_teams_parent_id check (parent_id <> id);
create index ix_teams_parent_id on crm.teams (tenant_id, parent_id) where parent_id is not null;
create index ix_teams_manager_id on crm.teams (tenant_id, manager_id) where manager_id is not null;
create index ix_teams_words on crm.teams using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);

-- ---------------------------------------------------------------------------------------------------------------------
-- Invitations
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.invitations (
  tenant_id uuid not null,
  id uuid not null,
  email text collate "und-x-icu" not null,
  full_name text collate "und-x-icu",
  role text not null,
  team_id uuid,
  permissions_grant text[] not null default '{}',
  permissions_deny text[] not null default '{}',
  language text,
  status text not null default 'PENDING',
  -- Names the link that counts: the link itself is made of it and of the service's key, and is kept nowhere.
  token_id uuid not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  member_id uuid,
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
  search tsvector generated always as (crm.search_vector(coalesce(email, '') || ' ' || coalesce(full_name, ''))) stored,
  constraint pk_invitations primary key (tenant_id, id),
  constraint fk_invitations_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  constraint fk_invitations_member_id foreign key (tenant_id, member_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint ck_invitations_role check (role in ('OWNER', 'ADMIN', 'MANAGER', 'USER')),
  constraint ck_invitations_status check (status in ('PENDING', 'ACCEPTED', 'EXPIRED', 'REVOKED'))
);
create unique index ux_invitations_external_id on crm.invitations (tenant_id, external_id) where external_id is not null and deleted_at is null;
create unique index ux_invitations_email on crm.invitations (tenant_id, email) where status = 'PENDING' and deleted_at is null;
create index ix_invitations_created_at on crm.invitations (tenant_id, created_at, id) where deleted_at is null;
create index ix_invitations_updated_at on crm.invitations (tenant_id, updated_at, id) where deleted_at is null;
create index ix_invitations_created_by on crm.invitations (tenant_id, created_by) where status = 'PENDING' and deleted_at is null;
create index ix_invitations_words on crm.invitations using gin (tenant_id, search, tags)
  with (gin_pending_list_limit = 512);
create index ix_invitations_deleted on crm.invitations (tenant_id, created_at, id) where deleted_at is not null;

-- Global, because the link is opened before a tenant is known.
create table crm.invitation_lookup (
  token_hash bytea not null,
  tenant_id uuid not null,
  invitation_id uuid not null,
  email text collate "und-x-icu" not null,
  expires_at timestamptz not null,
  constraint pk_invitation_lookup primary key (token_hash),
  constraint fk_invitation_lookup_tenant_id foreign key (tenant_id) references crm.tenants (id) deferrable initially deferred
);
create index ix_invitation_lookup_invitation on crm.invitation_lookup (tenant_id, invitation_id);
create index ix_invitation_lookup_expires_at on crm.invitation_lookup (expires_at);

-- ---------------------------------------------------------------------------------------------------------------------
-- Sessions: where and when a family of refresh tokens came to be and was last used. Whether one lives, its refresh tokens say.
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.sessions (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  started_at timestamptz not null,
  last_used_at timestamptz not null,
  source_ip text,
  user_agent text,
  constraint pk_sessions primary key (tenant_id, id)
);
create index ix_sessions_user_id on crm.sessions (tenant_id, user_id, id);

-- Before row-level security binds the table: families of all tenants at once.
insert into crm.sessions (tenant_id, id, user_id, started_at, last_used_at)
  select distinct on (family_id) tenant_id, family_id, user_id, min(created_at) over (partition by family_id), max(created_at) over (partition by family_id)
  from crm.refresh_tokens;
alter table crm.sessions
  add constraint fk_sessions_user_id foreign key (tenant_id, user_id) references crm.members (tenant_id, id) deferrable initially deferred;

-- ---------------------------------------------------------------------------------------------------------------------
-- Password reset
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.password_resets (
  id uuid not null,
  user_id uuid not null,
  tenant_id uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint pk_password_resets primary key (id),
  constraint fk_password_resets_user_id foreign key (user_id) references crm.users (id) deferrable initially deferred
);
create unique index ux_password_resets_token_hash on crm.password_resets (token_hash);
create index ix_password_resets_user_id on crm.password_resets (user_id, created_at);
create index ix_password_resets_expires_at on crm.password_resets (expires_at);

do $$
begin
  perform crm.protect('members');
  perform crm.protect('teams');
  perform crm.protect('invitations');
  perform crm.protect('sessions');
end $$;

grant select, insert, update, delete on crm.invitation_lookup, crm.password_resets to crm_app;
