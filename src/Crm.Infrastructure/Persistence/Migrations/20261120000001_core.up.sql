-- The core schema. Run by crm_owner (owner of the database, no superuser); the roles crm_app and crm_reader exist already.
-- crm: tables and functions. crm_read: one view per tenant table, through which everything is read. Names are always
-- qualified, so the script does not depend on the search_path of the connection that runs it.

create extension if not exists pg_trgm with schema public;
create extension if not exists btree_gin with schema public;
create extension if not exists unaccent with schema public;

create schema if not exists crm;
create schema if not exists crm_read;

-- ---------------------------------------------------------------------------------------------------------------------
-- Text
-- ---------------------------------------------------------------------------------------------------------------------

-- Letters typed as base and mark become one character; text that is composed already, nearly all, only pays for the look.
create function crm.composed(value text) returns text
  language sql immutable strict parallel safe
  return case when octet_length(value) = length(value) or value is normalized then value else normalize(value) end;

-- What "ignoring case and accents" means, for filters and their trigram indexes. unaccent() itself is only stable, because its
-- dictionary could be altered; ours never is. The collation is fixed, so that a column and a parameter fold alike. PL/pgSQL,
-- because an SQL function that cannot be inlined takes twice as long; the cost is measured, it makes the planner prefer an index.
create function crm.fold(value text) returns text
  language plpgsql immutable strict parallel safe cost 300 as $$
begin
  return lower(public.unaccent('public.unaccent'::regdictionary, crm.composed(value)) collate "default");
end $$;

-- The folded text as (part of) a LIKE pattern. Escaped after folding: unaccent turns a full-width % or _ into the plain one.
create function crm.fold_pattern(value text) returns text
  language sql immutable strict parallel safe
  return replace(replace(replace(crm.fold(value), '\', '\\'), '%', '\%'), '_', '\_');

-- array_to_string() is only stable for the sake of other element types.
create function crm.joined(items text[]) returns text
  language sql immutable strict parallel safe
  return array_to_string(items, ' ');

create text search configuration crm.crm_simple (copy = pg_catalog.simple);
alter text search configuration crm.crm_simple
  alter mapping for asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart
  with public.unaccent, pg_catalog.simple;

-- Punctuation by which the parser would recognise addresses, hosts, paths, tags and signed numbers becomes a space, so that an
-- e-mail address or a hyphenated name is found by each of its parts, and documents and queries are cut the same way.
-- (Nested, because translate() takes three times as long.)
create function crm.words(value text) returns text
  language sql immutable strict parallel safe
  return replace(replace(replace(replace(replace(replace(
    crm.composed(value), '@', ' '), '.', ' '), '-', ' '), '/', ' '), '<', ' '), '+', ' ');

-- Without positions: nothing ranks or looks for phrases, and the rows stay small. PL/pgSQL, because a generated column's expression is
-- planned anew by every statement, and inlining SQL functions there cost more than the words themselves.
create function crm.search_vector(document text) returns tsvector
  language plpgsql immutable strict parallel safe cost 1000 as $$
begin
  return strip(to_tsvector('crm.crm_simple'::regconfig, crm.words(document)));
end $$;

-- All words must match, the last one as a prefix. Text without any word gives an empty query, which matches nothing.
create function crm.search_query(phrase text) returns tsquery
  language sql immutable strict parallel safe
  return (
    select case when numnode(query) = 0 then query else (query::text || ':*')::tsquery end
    from (select plainto_tsquery('crm.crm_simple'::regconfig, crm.words(phrase)) as query) as parsed);

-- ---------------------------------------------------------------------------------------------------------------------
-- Reference and global tables: needed before a tenant is known. No row-level security, no personal detail but the e-mail.
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.tenants (
  id uuid not null,
  status text not null default 'ACTIVE',
  created_at timestamptz not null default now(),
  constraint pk_tenants primary key (id),
  constraint ck_tenants_status check (status in ('ACTIVE', 'SUSPENDED'))
);

create table crm.users (
  id uuid not null,
  email text collate "und-x-icu" not null,
  password_hash text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pk_users primary key (id)
);
create unique index ux_users_email on crm.users (email);

create table crm.user_tenants (
  user_id uuid not null,
  tenant_id uuid not null,
  -- Mirrors the membership, which only its own tenant may read: a row for every member, active or not.
  is_active boolean not null default true,
  constraint pk_user_tenants primary key (user_id, tenant_id),
  constraint fk_user_tenants_user_id foreign key (user_id) references crm.users (id) deferrable initially deferred,
  constraint fk_user_tenants_tenant_id foreign key (tenant_id) references crm.tenants (id) deferrable initially deferred
);
create index ix_user_tenants_tenant_id on crm.user_tenants (tenant_id);

create table crm.refresh_tokens (
  id uuid not null,
  family_id uuid not null,
  user_id uuid not null,
  tenant_id uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  spent_at timestamptz,
  revoked_at timestamptz,
  constraint pk_refresh_tokens primary key (id),
  constraint fk_refresh_tokens_user_id foreign key (user_id) references crm.users (id) deferrable initially deferred
);
create unique index ux_refresh_tokens_token_hash on crm.refresh_tokens (token_hash);
create index ix_refresh_tokens_family_id on crm.refresh_tokens (family_id);
create index ix_refresh_tokens_user_id on crm.refresh_tokens (user_id, tenant_id);
create index ix_refresh_tokens_expires_at on crm.refresh_tokens (expires_at);

-- ---------------------------------------------------------------------------------------------------------------------
-- Local tables: this database's own state, across tenants
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.outbox (
  id uuid not null,
  tenant_id uuid not null,
  event_id uuid not null,
  sink text not null,
  attempts integer not null default 0,
  next_try_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  last_error text,
  dead_at timestamptz,
  constraint pk_outbox primary key (id)
);
create index ix_outbox_next_try_at on crm.outbox (next_try_at) where dead_at is null;

create table crm.login_attempts (
  key text not null,
  failures integer not null default 0,
  window_started_at timestamptz not null,
  blocked_until timestamptz,
  constraint pk_login_attempts primary key (key)
);
create index ix_login_attempts_window_started_at on crm.login_attempts (window_started_at);

create table crm.service_state (
  id boolean not null default true,
  epoch bigint not null default 1,
  constraint pk_service_state primary key (id),
  constraint ck_service_state_id check (id)
);
insert into crm.service_state default values;

-- ---------------------------------------------------------------------------------------------------------------------
-- Tenant tables: aggregates
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.tenant_settings (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  currency text not null default 'EUR',
  country text,
  language text not null default 'en',
  time_zone text not null default 'UTC',
  record_visibility text not null default 'ALL',
  welcome_email boolean not null default true,
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
  constraint pk_tenant_settings primary key (tenant_id, id),
  constraint ck_tenant_settings_record_visibility check (record_visibility in ('ALL', 'TEAM', 'OWN')),
  constraint ck_tenant_settings_id check (id = tenant_id)
);

create table crm.teams (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  region text collate "und-x-icu",
  manager_id uuid,
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
  constraint pk_teams primary key (tenant_id, id)
);

create table crm.members (
  tenant_id uuid not null,
  id uuid not null,
  full_name text collate "und-x-icu" not null,
  email text collate "und-x-icu" not null,
  role text not null,
  team_id uuid,
  language text,
  time_zone text,
  is_active boolean not null default true,
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
  constraint pk_members primary key (tenant_id, id),
  constraint ck_members_role check (role in ('OWNER', 'ADMIN', 'MANAGER', 'USER'))
);

create table crm.leads (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  email text collate "und-x-icu",
  phone text,
  phone_digits text,
  company text collate "und-x-icu",
  job_title text collate "und-x-icu",
  website text,
  status text not null default 'NEW',
  source text not null default 'OTHER',
  value_amount numeric,
  value_currency text,
  score integer,
  notes text,
  converted_at timestamptz,
  customer_id uuid,
  deal_id uuid,
  owner_id uuid,
  team_id uuid,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(company, '') || ' ' || coalesce(job_title, '') || ' ' || coalesce(website, '') || ' ' || coalesce(left(notes, 20000), ''))) stored,
  constraint pk_leads primary key (tenant_id, id),
  constraint ck_leads_status check (status in ('NEW', 'CONTACTED', 'QUALIFIED', 'UNQUALIFIED', 'CONVERTED', 'LOST')),
  constraint ck_leads_source check (source in ('WEBSITE', 'SOCIAL', 'EMAIL', 'REFERRAL', 'PHONE', 'EVENT', 'ADVERTISING', 'PARTNER', 'IMPORT', 'OTHER')),
  constraint ck_leads_value check ((value_amount is null) = (value_currency is null)),
  constraint ck_leads_value_sign check (value_amount >= 0),
  constraint ck_leads_score check (score between 0 and 100)
);

create table crm.customers (
  tenant_id uuid not null,
  id uuid not null,
  number text collate "und-x-icu" not null,
  name text collate "und-x-icu" not null,
  email text collate "und-x-icu",
  phone text,
  phone_digits text,
  mobile text,
  mobile_digits text,
  company text collate "und-x-icu",
  company_id uuid,
  tax_number text,
  address text,
  city text collate "und-x-icu",
  region text collate "und-x-icu",
  postal_code text,
  country text,
  status text not null default 'ACTIVE',
  credit_limit_amount numeric,
  credit_limit_currency text,
  payment_terms text not null default 'Net 30',
  is_active boolean not null default true,
  notes text,
  registry_id text,
  last_contact_date date,
  won_value_amount numeric,
  won_value_currency text,
  owner_id uuid,
  team_id uuid,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(mobile, '') || ' ' || coalesce(mobile_digits, '') || ' ' || coalesce(company, '') || ' ' || coalesce(tax_number, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '') || ' ' || coalesce(region, '') || ' ' || coalesce(postal_code, '') || ' ' || coalesce(left(notes, 20000), ''))) stored,
  constraint pk_customers primary key (tenant_id, id),
  constraint ck_customers_status check (status in ('PROSPECT', 'ACTIVE', 'INACTIVE')),
  constraint ck_customers_credit_limit check ((credit_limit_amount is null) = (credit_limit_currency is null)),
  constraint ck_customers_won_value check ((won_value_amount is null) = (won_value_currency is null)),
  constraint ck_customers_credit_limit_sign check (credit_limit_amount >= 0)
);

create table crm.companies (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  domain text collate "und-x-icu",
  industry text collate "und-x-icu",
  size text,
  annual_revenue_amount numeric,
  annual_revenue_currency text,
  address text,
  city text collate "und-x-icu",
  region text collate "und-x-icu",
  postal_code text,
  country text,
  phone text,
  phone_digits text,
  website text,
  tax_number text,
  parent_id uuid,
  notes text,
  owner_id uuid,
  team_id uuid,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(domain, '') || ' ' || coalesce(industry, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(website, '') || ' ' || coalesce(tax_number, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '') || ' ' || coalesce(region, '') || ' ' || coalesce(postal_code, '') || ' ' || coalesce(left(notes, 20000), ''))) stored,
  constraint pk_companies primary key (tenant_id, id),
  constraint ck_companies_annual_revenue check ((annual_revenue_amount is null) = (annual_revenue_currency is null))
);

create table crm.contacts (
  tenant_id uuid not null,
  id uuid not null,
  first_name text collate "und-x-icu",
  last_name text collate "und-x-icu" not null,
  emails text[] not null default '{}',
  phones text[] not null default '{}',
  phones_digits text[] not null default '{}',
  job_title text collate "und-x-icu",
  company_id uuid,
  customer_id uuid,
  social_links jsonb not null default '{}',
  language text,
  notes text,
  owner_id uuid,
  team_id uuid,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || crm.joined(emails) || ' ' || crm.joined(phones) || ' ' || crm.joined(phones_digits) || ' ' || coalesce(job_title, '') || ' ' || coalesce(left(notes, 20000), ''))) stored,
  constraint pk_contacts primary key (tenant_id, id)
);

create table crm.products (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  sku text collate "und-x-icu" not null,
  price_amount numeric,
  price_currency text,
  is_active boolean not null default true,
  description text,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(sku, '') || ' ' || coalesce(left(description, 20000), ''))) stored,
  constraint pk_products primary key (tenant_id, id),
  constraint ck_products_price check ((price_amount is null) = (price_currency is null))
);

create table crm.pipelines (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  is_default boolean not null default false,
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
  search tsvector generated always as (crm.search_vector(coalesce(name, ''))) stored,
  constraint pk_pipelines primary key (tenant_id, id),
  -- Deferred: the old default steps down and the new one takes over in one transaction, in whatever order their rows are written.
  constraint ux_pipelines_is_default exclude (tenant_id with =) where (is_default and deleted_at is null) deferrable initially deferred
);

create table crm.pipeline_stages (
  tenant_id uuid not null,
  id uuid not null,
  pipeline_id uuid not null,
  name text collate "und-x-icu" not null,
  probability integer not null,
  kind text not null default 'OPEN',
  position integer not null,
  deleted_at timestamptz,
  deletion_id uuid,
  constraint pk_pipeline_stages primary key (tenant_id, id),
  constraint ck_pipeline_stages_kind check (kind in ('OPEN', 'WON', 'LOST')),
  constraint ck_pipeline_stages_probability check (probability between 0 and 100)
);

create table crm.deals (
  tenant_id uuid not null,
  id uuid not null,
  title text collate "und-x-icu" not null,
  pipeline_id uuid not null,
  stage_id uuid not null,
  value_amount numeric,
  value_currency text,
  value_stated boolean not null default false,
  probability integer,
  opened_on date not null,
  expected_close_date date,
  actual_close_date date,
  closed_at timestamptz,
  status text not null default 'OPEN',
  lost_reason text,
  customer_id uuid,
  contact_id uuid,
  company_id uuid,
  lead_id uuid,
  notes text,
  owner_id uuid,
  team_id uuid,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(title, '') || ' ' || coalesce(lost_reason, '') || ' ' || coalesce(left(notes, 20000), ''))) stored,
  constraint pk_deals primary key (tenant_id, id),
  constraint ck_deals_status check (status in ('OPEN', 'WON', 'LOST')),
  constraint ck_deals_value check ((value_amount is null) = (value_currency is null)),
  constraint ck_deals_probability check (probability between 0 and 100)
);

create table crm.deal_line_items (
  tenant_id uuid not null,
  id uuid not null,
  deal_id uuid not null,
  product_id uuid not null,
  description text,
  quantity numeric not null default 1,
  unit_price_amount numeric,
  unit_price_currency text,
  position integer not null,
  deleted_at timestamptz,
  deletion_id uuid,
  constraint pk_deal_line_items primary key (tenant_id, id),
  constraint ck_deal_line_items_unit_price check ((unit_price_amount is null) = (unit_price_currency is null))
);

create table crm.tasks (
  tenant_id uuid not null,
  id uuid not null,
  title text collate "und-x-icu" not null,
  description text,
  type text not null default 'FOLLOW_UP',
  priority text not null default 'MEDIUM',
  status text not null default 'NOT_STARTED',
  due_at timestamptz,
  assignee_id uuid,
  completed_at timestamptz,
  lead_id uuid,
  deal_id uuid,
  customer_id uuid,
  contact_id uuid,
  company_id uuid,
  team_id uuid,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(title, '') || ' ' || coalesce(left(description, 20000), ''))) stored,
  constraint pk_tasks primary key (tenant_id, id),
  constraint ck_tasks_type check (type in ('CALL', 'EMAIL', 'MEETING', 'NOTE', 'FOLLOW_UP')),
  constraint ck_tasks_priority check (priority in ('LOW', 'MEDIUM', 'HIGH', 'URGENT')),
  constraint ck_tasks_status check (status in ('NOT_STARTED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED'))
);

create table crm.activities (
  tenant_id uuid not null,
  id uuid not null,
  type text not null,
  subject text collate "und-x-icu" not null,
  body text,
  occurred_at timestamptz not null,
  duration_minutes integer,
  task_id uuid,
  lead_id uuid,
  deal_id uuid,
  customer_id uuid,
  contact_id uuid,
  company_id uuid,
  team_id uuid,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(subject, '') || ' ' || coalesce(left(body, 20000), ''))) stored,
  constraint pk_activities primary key (tenant_id, id),
  constraint ck_activities_type check (type in ('CALL', 'EMAIL', 'MEETING', 'NOTE')),
  constraint ck_activities_duration_minutes check (duration_minutes >= 0)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- Tenant tables: the log and what commands need beside their aggregates
-- ---------------------------------------------------------------------------------------------------------------------

create table crm.events (
  tenant_id uuid not null,
  id uuid not null,
  epoch bigint not null,
  xid bigint not null default (pg_current_xact_id()::text::bigint),
  n integer not null,
  type text not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  version integer not null,
  occurred_at timestamptz not null,
  actor_type text not null,
  actor_id uuid,
  request_id text,
  source_ip text,
  correlation_id text,
  causation_id text,
  data jsonb not null default '{}',
  state jsonb,
  owner_id uuid,
  co_owner_id uuid,
  team_id uuid,
  constraint pk_events primary key (tenant_id, id)
);
create unique index ux_events_position on crm.events (tenant_id, epoch, xid, n);
create index ix_events_aggregate_id on crm.events (tenant_id, aggregate_id, version, n);

create table crm.audit_log (
  tenant_id uuid not null,
  id uuid not null,
  epoch bigint not null,
  xid bigint not null default (pg_current_xact_id()::text::bigint),
  n integer not null default 0,
  occurred_at timestamptz not null,
  actor_type text not null,
  actor_id uuid,
  action text not null,
  outcome text not null,
  resource text,
  record_id uuid,
  request_id text,
  source_ip text,
  detail jsonb,
  constraint pk_audit_log primary key (tenant_id, id),
  constraint ck_audit_log_outcome check (outcome in ('SUCCEEDED', 'REFUSED', 'FAILED'))
);
create index ix_audit_log_position on crm.audit_log (tenant_id, epoch, xid, n);

create table crm.idempotency_keys (
  tenant_id uuid not null,
  caller_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  status integer,
  headers jsonb,
  body bytea,
  created_at timestamptz not null default now(),
  constraint pk_idempotency_keys primary key (tenant_id, caller_id, key)
);
create index ix_idempotency_keys_created_at on crm.idempotency_keys (tenant_id, created_at);

create table crm.counters (
  tenant_id uuid not null,
  name text not null,
  value bigint not null default 0,
  constraint pk_counters primary key (tenant_id, name)
);

-- ---------------------------------------------------------------------------------------------------------------------
-- References: the net under the check a command makes. Deferred, because rows are inserted in any order.
-- created_by and updated_by are no references: the actor may be a key or the service itself.
-- ---------------------------------------------------------------------------------------------------------------------

alter table crm.tenant_settings
  add constraint fk_tenant_settings_tenant_id foreign key (tenant_id) references crm.tenants (id) deferrable initially deferred;
alter table crm.pipeline_stages
  add constraint ux_pipeline_stages_pipeline_id unique (tenant_id, pipeline_id, id);
alter table crm.teams
  add constraint fk_teams_manager_id foreign key (tenant_id, manager_id) references crm.members (tenant_id, id) deferrable initially deferred;
alter table crm.members
  add constraint fk_members_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred;
alter table crm.leads
  add constraint fk_leads_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  add constraint fk_leads_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  add constraint fk_leads_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  add constraint fk_leads_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred;
alter table crm.customers
  add constraint fk_customers_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  add constraint fk_customers_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  add constraint fk_customers_company_id foreign key (tenant_id, company_id) references crm.companies (tenant_id, id) deferrable initially deferred;
alter table crm.companies
  add constraint fk_companies_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  add constraint fk_companies_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  add constraint fk_companies_parent_id foreign key (tenant_id, parent_id) references crm.companies (tenant_id, id) deferrable initially deferred;
alter table crm.contacts
  add constraint fk_contacts_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  add constraint fk_contacts_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  add constraint fk_contacts_company_id foreign key (tenant_id, company_id) references crm.companies (tenant_id, id) deferrable initially deferred,
  add constraint fk_contacts_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred;
alter table crm.pipeline_stages
  add constraint fk_pipeline_stages_pipeline_id foreign key (tenant_id, pipeline_id) references crm.pipelines (tenant_id, id) deferrable initially deferred;
alter table crm.deals
  add constraint fk_deals_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  add constraint fk_deals_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  add constraint fk_deals_pipeline_id foreign key (tenant_id, pipeline_id) references crm.pipelines (tenant_id, id) deferrable initially deferred,
  add constraint fk_deals_stage_id foreign key (tenant_id, pipeline_id, stage_id) references crm.pipeline_stages (tenant_id, pipeline_id, id) deferrable initially deferred,
  add constraint fk_deals_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  add constraint fk_deals_contact_id foreign key (tenant_id, contact_id) references crm.contacts (tenant_id, id) deferrable initially deferred,
  add constraint fk_deals_company_id foreign key (tenant_id, company_id) references crm.companies (tenant_id, id) deferrable initially deferred,
  add constraint fk_deals_lead_id foreign key (tenant_id, lead_id) references crm.leads (tenant_id, id) deferrable initially deferred;
alter table crm.deal_line_items
  add constraint fk_deal_line_items_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred,
  add constraint fk_deal_line_items_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred;
alter table crm.tasks
  add constraint fk_tasks_assignee_id foreign key (tenant_id, assignee_id) references crm.members (tenant_id, id) deferrable initially deferred,
  add constraint fk_tasks_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  add constraint fk_tasks_lead_id foreign key (tenant_id, lead_id) references crm.leads (tenant_id, id) deferrable initially deferred,
  add constraint fk_tasks_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred,
  add constraint fk_tasks_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  add constraint fk_tasks_contact_id foreign key (tenant_id, contact_id) references crm.contacts (tenant_id, id) deferrable initially deferred,
  add constraint fk_tasks_company_id foreign key (tenant_id, company_id) references crm.companies (tenant_id, id) deferrable initially deferred;
alter table crm.activities
  add constraint fk_activities_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  add constraint fk_activities_task_id foreign key (tenant_id, task_id) references crm.tasks (tenant_id, id) deferrable initially deferred,
  add constraint fk_activities_lead_id foreign key (tenant_id, lead_id) references crm.leads (tenant_id, id) deferrable initially deferred,
  add constraint fk_activities_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred,
  add constraint fk_activities_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  add constraint fk_activities_contact_id foreign key (tenant_id, contact_id) references crm.contacts (tenant_id, id) deferrable initially deferred,
  add constraint fk_activities_company_id foreign key (tenant_id, company_id) references crm.companies (tenant_id, id) deferrable initially deferred;

-- ---------------------------------------------------------------------------------------------------------------------
-- Indexes. All start with the tenant; those of lists are partial (live rows only), see docs/decisions/0002-indexes.md.
-- words: one GIN index for full text, tags and parts of names, because three would cost more than half as much again per insert. It is
-- not partial, because the planner takes statistics of an expression from whole indexes only. The pending list is kept short: whoever
-- fills it merges it, and everybody's search reads it.
-- ---------------------------------------------------------------------------------------------------------------------

-- teams
create unique index ux_teams_external_id on crm.teams (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_teams_created_at on crm.teams (tenant_id, created_at, id) where deleted_at is null;
create index ix_teams_updated_at on crm.teams (tenant_id, updated_at, id) where deleted_at is null;
create index ix_teams_name on crm.teams (tenant_id, name, id) where deleted_at is null;

-- members
create unique index ux_members_external_id on crm.members (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_members_created_at on crm.members (tenant_id, created_at, id) where deleted_at is null;
create index ix_members_updated_at on crm.members (tenant_id, updated_at, id) where deleted_at is null;
create index ix_members_full_name on crm.members (tenant_id, full_name, id) where deleted_at is null;

-- leads
create unique index ux_leads_external_id on crm.leads (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_leads_created_at on crm.leads (tenant_id, created_at, id) where deleted_at is null;
create index ix_leads_updated_at on crm.leads (tenant_id, updated_at, id) where deleted_at is null;
create index ix_leads_name on crm.leads (tenant_id, name, id) where deleted_at is null;
create index ix_leads_owner_id on crm.leads (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_leads_team_unowned on crm.leads (tenant_id, team_id, created_at, id) where owner_id is null and deleted_at is null;
create index ix_leads_status on crm.leads (tenant_id, status, created_at, id) where deleted_at is null;
create index ix_leads_value on crm.leads (tenant_id, value_amount desc nulls last, id desc) where deleted_at is null;
create index ix_leads_email on crm.leads (tenant_id, email) where email is not null and deleted_at is null;
create index ix_leads_phone_digits on crm.leads (tenant_id, phone_digits) where phone_digits is not null and deleted_at is null;
create index ix_leads_customer_id on crm.leads (tenant_id, customer_id, created_at, id) where customer_id is not null and deleted_at is null;
create index ix_leads_deal_id on crm.leads (tenant_id, deal_id, created_at, id) where deal_id is not null and deleted_at is null;
create index ix_leads_words on crm.leads using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_leads_deleted on crm.leads (tenant_id, created_at, id) where deleted_at is not null;

-- customers
create unique index ux_customers_external_id on crm.customers (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_customers_created_at on crm.customers (tenant_id, created_at, id) where deleted_at is null;
create index ix_customers_updated_at on crm.customers (tenant_id, updated_at, id) where deleted_at is null;
create index ix_customers_name on crm.customers (tenant_id, name, id) where deleted_at is null;
create index ix_customers_owner_id on crm.customers (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_customers_team_unowned on crm.customers (tenant_id, team_id, created_at, id) where owner_id is null and deleted_at is null;
create index ix_customers_status on crm.customers (tenant_id, status, created_at, id) where deleted_at is null;
create unique index ux_customers_email on crm.customers (tenant_id, email) where email is not null and deleted_at is null;
create unique index ux_customers_number on crm.customers (tenant_id, number) where deleted_at is null;
create index ix_customers_phone_digits on crm.customers (tenant_id, phone_digits) where phone_digits is not null and deleted_at is null;
create index ix_customers_mobile_digits on crm.customers (tenant_id, mobile_digits) where mobile_digits is not null and deleted_at is null;
create index ix_customers_company_id on crm.customers (tenant_id, company_id, created_at, id) where company_id is not null and deleted_at is null;
create index ix_customers_won_value on crm.customers (tenant_id, won_value_amount desc nulls last, id desc) where deleted_at is null;
create index ix_customers_words on crm.customers using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_customers_deleted on crm.customers (tenant_id, created_at, id) where deleted_at is not null;

-- companies
create unique index ux_companies_external_id on crm.companies (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_companies_created_at on crm.companies (tenant_id, created_at, id) where deleted_at is null;
create index ix_companies_updated_at on crm.companies (tenant_id, updated_at, id) where deleted_at is null;
create index ix_companies_name on crm.companies (tenant_id, name, id) where deleted_at is null;
create index ix_companies_owner_id on crm.companies (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_companies_team_unowned on crm.companies (tenant_id, team_id, created_at, id) where owner_id is null and deleted_at is null;
create index ix_companies_domain on crm.companies (tenant_id, domain) where domain is not null and deleted_at is null;
create index ix_companies_phone_digits on crm.companies (tenant_id, phone_digits) where phone_digits is not null and deleted_at is null;
create index ix_companies_parent_id on crm.companies (tenant_id, parent_id, created_at, id) where parent_id is not null and deleted_at is null;
create index ix_companies_words on crm.companies using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_companies_deleted on crm.companies (tenant_id, created_at, id) where deleted_at is not null;

-- contacts
create unique index ux_contacts_external_id on crm.contacts (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_contacts_created_at on crm.contacts (tenant_id, created_at, id) where deleted_at is null;
create index ix_contacts_updated_at on crm.contacts (tenant_id, updated_at, id) where deleted_at is null;
create index ix_contacts_last_name on crm.contacts (tenant_id, last_name, id) where deleted_at is null;
create index ix_contacts_owner_id on crm.contacts (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_contacts_team_unowned on crm.contacts (tenant_id, team_id, created_at, id) where owner_id is null and deleted_at is null;
create index ix_contacts_company_id on crm.contacts (tenant_id, company_id, created_at, id) where company_id is not null and deleted_at is null;
create index ix_contacts_customer_id on crm.contacts (tenant_id, customer_id, created_at, id) where customer_id is not null and deleted_at is null;
create index ix_contacts_words on crm.contacts using gin (tenant_id, search, tags, emails, phones_digits, crm.fold(last_name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_contacts_deleted on crm.contacts (tenant_id, created_at, id) where deleted_at is not null;

-- products
create unique index ux_products_external_id on crm.products (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_products_created_at on crm.products (tenant_id, created_at, id) where deleted_at is null;
create index ix_products_updated_at on crm.products (tenant_id, updated_at, id) where deleted_at is null;
create index ix_products_name on crm.products (tenant_id, name, id) where deleted_at is null;
create unique index ux_products_sku on crm.products (tenant_id, sku) where deleted_at is null;
create index ix_products_words on crm.products using gin (tenant_id, search, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_products_deleted on crm.products (tenant_id, created_at, id) where deleted_at is not null;

-- pipelines
create unique index ux_pipelines_external_id on crm.pipelines (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_pipelines_created_at on crm.pipelines (tenant_id, created_at, id) where deleted_at is null;
create index ix_pipelines_updated_at on crm.pipelines (tenant_id, updated_at, id) where deleted_at is null;
create index ix_pipelines_name on crm.pipelines (tenant_id, name, id) where deleted_at is null;
create index ix_pipeline_stages_pipeline_id on crm.pipeline_stages (tenant_id, pipeline_id, position);

-- deals
create unique index ux_deals_external_id on crm.deals (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_deals_created_at on crm.deals (tenant_id, created_at, id) where deleted_at is null;
create index ix_deals_updated_at on crm.deals (tenant_id, updated_at, id) where deleted_at is null;
create index ix_deals_title on crm.deals (tenant_id, title, id) where deleted_at is null;
create index ix_deals_owner_id on crm.deals (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_deals_team_unowned on crm.deals (tenant_id, team_id, created_at, id) where owner_id is null and deleted_at is null;
create index ix_deals_status on crm.deals (tenant_id, status, created_at, id) where deleted_at is null;
create index ix_deals_value on crm.deals (tenant_id, value_amount desc nulls last, id desc) where deleted_at is null;
create index ix_deals_customer_id on crm.deals (tenant_id, customer_id, created_at, id) where customer_id is not null and deleted_at is null;
create index ix_deals_contact_id on crm.deals (tenant_id, contact_id, created_at, id) where contact_id is not null and deleted_at is null;
create index ix_deals_company_id on crm.deals (tenant_id, company_id, created_at, id) where company_id is not null and deleted_at is null;
create index ix_deals_lead_id on crm.deals (tenant_id, lead_id, created_at, id) where lead_id is not null and deleted_at is null;
create index ix_deals_stage_id on crm.deals (tenant_id, stage_id, created_at, id) where deleted_at is null;
create index ix_deals_pipeline_id on crm.deals (tenant_id, pipeline_id, created_at, id) where deleted_at is null;
create index ix_deals_words on crm.deals using gin (tenant_id, search, tags, crm.fold(title) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_deal_line_items_deal_id on crm.deal_line_items (tenant_id, deal_id, position);
create index ix_deal_line_items_product_id on crm.deal_line_items (tenant_id, product_id) where deleted_at is null;
create index ix_deals_deleted on crm.deals (tenant_id, created_at, id) where deleted_at is not null;

-- tasks
create unique index ux_tasks_external_id on crm.tasks (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_tasks_created_at on crm.tasks (tenant_id, created_at, id) where deleted_at is null;
create index ix_tasks_updated_at on crm.tasks (tenant_id, updated_at, id) where deleted_at is null;
create index ix_tasks_title on crm.tasks (tenant_id, title, id) where deleted_at is null;
create index ix_tasks_due_at on crm.tasks (tenant_id, due_at, id) where deleted_at is null;
create index ix_tasks_status on crm.tasks (tenant_id, status, created_at, id) where deleted_at is null;
create index ix_tasks_assignee_id on crm.tasks (tenant_id, assignee_id, created_at, id) where assignee_id is not null and deleted_at is null;
create index ix_tasks_lead_id on crm.tasks (tenant_id, lead_id, created_at, id) where lead_id is not null and deleted_at is null;
create index ix_tasks_deal_id on crm.tasks (tenant_id, deal_id, created_at, id) where deal_id is not null and deleted_at is null;
create index ix_tasks_customer_id on crm.tasks (tenant_id, customer_id, created_at, id) where customer_id is not null and deleted_at is null;
create index ix_tasks_contact_id on crm.tasks (tenant_id, contact_id, created_at, id) where contact_id is not null and deleted_at is null;
create index ix_tasks_company_id on crm.tasks (tenant_id, company_id, created_at, id) where company_id is not null and deleted_at is null;
create index ix_tasks_words on crm.tasks using gin (tenant_id, search, tags)
  with (gin_pending_list_limit = 512);
create index ix_tasks_deletion_id on crm.tasks (tenant_id, deletion_id) where deletion_id is not null;
create index ix_tasks_deleted on crm.tasks (tenant_id, created_at, id) where deleted_at is not null;

-- activities
create unique index ux_activities_external_id on crm.activities (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_activities_created_at on crm.activities (tenant_id, created_at, id) where deleted_at is null;
create index ix_activities_updated_at on crm.activities (tenant_id, updated_at, id) where deleted_at is null;
create index ix_activities_occurred_at on crm.activities (tenant_id, occurred_at, id) where deleted_at is null;
create index ix_activities_created_by on crm.activities (tenant_id, created_by, created_at, id) where created_by is not null and deleted_at is null;
create index ix_activities_task_id on crm.activities (tenant_id, task_id, occurred_at, id) where task_id is not null and deleted_at is null;
create index ix_activities_lead_id on crm.activities (tenant_id, lead_id, occurred_at, id) where lead_id is not null and deleted_at is null;
create index ix_activities_deal_id on crm.activities (tenant_id, deal_id, occurred_at, id) where deal_id is not null and deleted_at is null;
create index ix_activities_customer_id on crm.activities (tenant_id, customer_id, occurred_at, id) where customer_id is not null and deleted_at is null;
create index ix_activities_contact_id on crm.activities (tenant_id, contact_id, occurred_at, id) where contact_id is not null and deleted_at is null;
create index ix_activities_company_id on crm.activities (tenant_id, company_id, occurred_at, id) where company_id is not null and deleted_at is null;
create index ix_activities_words on crm.activities using gin (tenant_id, search, tags)
  with (gin_pending_list_limit = 512);
create index ix_activities_deletion_id on crm.activities (tenant_id, deletion_id) where deletion_id is not null;
create index ix_activities_deleted on crm.activities (tenant_id, created_at, id) where deleted_at is not null;

-- Below 100 known words (the default target finds that many only in long texts) the planner guesses 2 % for every prefix.
alter table crm.leads alter column search set statistics 300;
alter table crm.customers alter column search set statistics 300;
alter table crm.companies alter column search set statistics 300;
alter table crm.contacts alter column search set statistics 300;
alter table crm.products alter column search set statistics 300;
alter table crm.deals alter column search set statistics 300;
alter table crm.tasks alter column search set statistics 300;
alter table crm.activities alter column search set statistics 300;

-- ---------------------------------------------------------------------------------------------------------------------
-- Tenancy: row-level security, the reading view, rights. Written once; every migration that adds a tenant table, or a column to
-- one, calls it (again).
-- ---------------------------------------------------------------------------------------------------------------------

create function crm.protect(table_name text, append_only boolean default false) returns void
  language plpgsql as $$
begin
  execute format('alter table crm.%I enable row level security', table_name);
  execute format('alter table crm.%I force row level security', table_name);
  if not exists (select from pg_catalog.pg_policy where polrelid = format('crm.%I', table_name)::regclass) then
    execute format($sql$
      create policy tenant on crm.%I to crm_app, current_user
        using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
        with check (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)$sql$, table_name);
    execute format('create policy reader on crm.%I for select to crm_reader using (true)', table_name);
  end if;
  execute format('grant select on crm.%I to crm_reader', table_name);
  execute format('grant select, insert%s on crm.%I to crm_app', case when append_only then '' else ', update, delete' end, table_name);
  -- Owned by crm_reader, the view is planned without the policy's leak-proof barrier: its own condition is the tenant's.
  execute format($sql$
    create or replace view crm_read.%1$I as
      select * from crm.%1$I where tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid$sql$, table_name);
  execute format('alter view crm_read.%I owner to crm_reader', table_name);
  execute format('grant select on crm_read.%I to crm_app', table_name);
end $$;
revoke execute on function crm.protect(text, boolean) from public;

grant usage on schema crm, crm_read to crm_app;
grant usage on schema crm to crm_reader;
grant usage, create on schema crm_read to crm_reader;

do $$
declare
  name text;
begin
  foreach name in array array[
    'tenant_settings', 'teams', 'members', 'leads', 'customers', 'companies', 'contacts', 'products', 'pipelines', 'pipeline_stages',
    'deals', 'deal_line_items', 'tasks', 'activities', 'idempotency_keys', 'counters']
  loop
    perform crm.protect(name);
  end loop;
  perform crm.protect('events', append_only => true);
  perform crm.protect('audit_log', append_only => true);
end $$;

grant select, insert, update on crm.tenants to crm_app;
grant select, insert, update, delete on crm.users, crm.user_tenants, crm.refresh_tokens, crm.outbox, crm.login_attempts to crm_app;
grant select on crm.service_state to crm_app;
