-- Custom fields. Records keep their values in custom_fields (jsonb), by the number of the field; see docs/decisions/0024-custom-fields.md.

create table crm.custom_fields (
  tenant_id uuid not null,
  id uuid not null,
  number integer not null,
  entity text collate "und-x-icu" not null,
  name text collate "und-x-icu" not null,
  label text collate "und-x-icu",
  type text not null,
  options text[] not null default '{}',
  required boolean not null default false,
  "unique" boolean not null default false,
  "default" jsonb,
  searchable boolean not null default false,
  indexed boolean not null default false,
  description text,
  position integer,
  retired_at timestamptz,
  generation integer not null default 0,
  built_generation integer not null default 0,
  upkeep_due boolean not null default false,
  upkeep_after uuid,
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
  constraint pk_custom_fields primary key (tenant_id, id),
  constraint ck_custom_fields_type check (type in ('TEXT', 'NUMBER', 'MONEY', 'DATE', 'BOOLEAN', 'CHOICE', 'MULTI_CHOICE', 'REFERENCE')),
  constraint ck_custom_fields_generation check (generation between 0 and 999 and built_generation <= generation)
);
-- A name is free again when its field is retired.
create unique index ux_custom_fields_name on crm.custom_fields (tenant_id, entity, name) where retired_at is null and deleted_at is null;
create unique index ux_custom_fields_external_id on crm.custom_fields (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_custom_fields_created_at on crm.custom_fields (tenant_id, created_at, id) where deleted_at is null;
create index ix_custom_fields_updated_at on crm.custom_fields (tenant_id, updated_at, id) where deleted_at is null;

-- The index of the fields that are declared indexed or unique: an entry for each value of a living record, for each option of a MULTI_CHOICE one.
-- field is 1,000 x the number of the field + the generation of its index: to begin an index anew, nothing has to be cleared away first. Days, ids and flags are texts.
-- Numbers are float8, because comparisons of numeric are not leak-proof: behind row-level security the planner would know nothing about them. record_id is
-- no foreign key, for records of many tables are meant; entries come and go in the transactions that write, delete and restore them.
create table crm.custom_values (
  tenant_id uuid not null,
  record_id uuid not null,
  field integer not null,
  n integer not null,
  text_value text collate "und-x-icu",
  number_value double precision,
  unique_value text,
  created_at timestamptz not null,
  constraint pk_custom_values primary key (tenant_id, record_id, field, n)
);
-- One value, newest first: the order lists have by themselves.
create index ix_custom_values_text on crm.custom_values (tenant_id, field, text_value, created_at, record_id) where text_value is not null;
create index ix_custom_values_number on crm.custom_values (tenant_id, field, number_value, created_at, record_id) where number_value is not null;
-- All values in their order.
create index ix_custom_values_text_order on crm.custom_values (tenant_id, field, text_value, record_id) where text_value is not null;
create index ix_custom_values_number_order on crm.custom_values (tenant_id, field, number_value, record_id) where number_value is not null;
create unique index ux_custom_values_unique_value on crm.custom_values (tenant_id, field, unique_value) where unique_value is not null;

-- The entries of one value, whatever its type; none for null.
create function crm.indexed_values(value jsonb) returns table (n integer, text_value text, number_value double precision)
  language sql immutable parallel safe as $$
    select 0,
      case when jsonb_typeof(value) in ('string', 'boolean') then value #>> '{}' end,
      case jsonb_typeof(value) when 'number' then (value #>> '{}')::double precision when 'object' then (value ->> 'amount')::double precision end
    where jsonb_typeof(value) in ('string', 'boolean', 'number', 'object')
    union all
    select ordinality::integer - 1, item, null
    from jsonb_array_elements_text(case when jsonb_typeof(value) = 'array' then value end) with ordinality as items (item, ordinality)
  $$;

-- Searches look at custom_words, too: the texts of a record's searchable custom fields. A generated column cannot be given another expression (before
-- PostgreSQL 17), so it is made anew, with the index over it: this rewrites each table once, about a minute for a million records.

drop view crm_read.leads;
alter table crm.leads
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(company, '') || ' ' || coalesce(job_title, '') || ' ' || coalesce(website, '') || ' ' || coalesce(left(notes, 20000), '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;
create index ix_leads_words on crm.leads using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.leads alter column search set statistics 300;

drop view crm_read.customers;
alter table crm.customers
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(mobile, '') || ' ' || coalesce(mobile_digits, '') || ' ' || coalesce(company, '') || ' ' || coalesce(tax_number, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '') || ' ' || coalesce(region, '') || ' ' || coalesce(postal_code, '') || ' ' || coalesce(left(notes, 20000), '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;
create index ix_customers_words on crm.customers using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.customers alter column search set statistics 300;

drop view crm_read.companies;
alter table crm.companies
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(domain, '') || ' ' || coalesce(industry, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(website, '') || ' ' || coalesce(tax_number, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '') || ' ' || coalesce(region, '') || ' ' || coalesce(postal_code, '') || ' ' || coalesce(left(notes, 20000), '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;
create index ix_companies_words on crm.companies using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.companies alter column search set statistics 300;

drop view crm_read.contacts;
alter table crm.contacts
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || crm.joined(emails) || ' ' || crm.joined(phones) || ' ' || crm.joined(phones_digits) || ' ' || coalesce(job_title, '') || ' ' || coalesce(left(notes, 20000), '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;
create index ix_contacts_words on crm.contacts using gin (tenant_id, search, tags, emails, phones_digits, crm.fold(last_name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.contacts alter column search set statistics 300;

drop view crm_read.products;
alter table crm.products
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(sku, '') || ' ' || coalesce(left(description, 20000), '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;
create index ix_products_words on crm.products using gin (tenant_id, search, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.products alter column search set statistics 300;

drop view crm_read.pipelines;
alter table crm.pipelines
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;

drop view crm_read.deals;
alter table crm.deals
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(title, '') || ' ' || coalesce(lost_reason, '') || ' ' || coalesce(left(notes, 20000), '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;
create index ix_deals_words on crm.deals using gin (tenant_id, search, tags, crm.fold(title) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.deals alter column search set statistics 300;

drop view crm_read.tasks;
alter table crm.tasks
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(title, '') || ' ' || coalesce(left(description, 20000), '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;
create index ix_tasks_words on crm.tasks using gin (tenant_id, search, tags)
  with (gin_pending_list_limit = 512);
alter table crm.tasks alter column search set statistics 300;

drop view crm_read.activities;
alter table crm.activities
  drop column search,
  add column custom_words text,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(subject, '') || ' ' || coalesce(left(body, 20000), '') || ' ' || coalesce(left(custom_words, 20000), ''))) stored;
create index ix_activities_words on crm.activities using gin (tenant_id, search, tags)
  with (gin_pending_list_limit = 512);
alter table crm.activities alter column search set statistics 300;

do $$
declare
  name text;
begin
  foreach name in array array['custom_fields', 'custom_values', 'leads', 'customers', 'companies', 'contacts', 'products', 'pipelines', 'deals', 'tasks', 'activities']
  loop
    perform crm.protect(name);
  end loop;
end $$;

-- Without statistics of the new column the planner would guess how common every word is.
analyze crm.leads, crm.customers, crm.companies, crm.contacts, crm.products, crm.pipelines, crm.deals, crm.tasks, crm.activities;
