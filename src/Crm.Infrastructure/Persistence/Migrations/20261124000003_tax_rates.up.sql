-- Rates of tax: of a country or a region of it, a class of goods, and a time.

create extension if not exists btree_gist with schema public;

create table crm.tax_rates (
  tenant_id uuid not null,
  id uuid not null,
  country text not null,
  region text collate "und-x-icu",
  tax_code text collate "und-x-icu" not null,
  tax_category text not null,
  percent numeric not null,
  valid_from date not null,
  valid_to date,
  reason text,
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
  constraint pk_tax_rates primary key (tenant_id, id),
  constraint ck_tax_rates_percent check (percent between 0 and 100),
  constraint ck_tax_rates_valid_to check (valid_to >= valid_from),
  -- On each day there is one rate for a place and a class of goods, whoever writes at the same time.
  constraint ux_tax_rates_valid_from exclude using gist (
    tenant_id with =, country with =, coalesce(region, '') with =, tax_code with =, daterange(valid_from, valid_to, '[]') with &&) where (deleted_at is null)
);
create unique index ux_tax_rates_external_id on crm.tax_rates (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_tax_rates_created_at on crm.tax_rates (tenant_id, created_at, id) where deleted_at is null;
create index ix_tax_rates_country on crm.tax_rates (tenant_id, country, tax_code, valid_from, id) where deleted_at is null;

alter table crm.products add column tax_code text collate "und-x-icu";

do $$
begin
  perform crm.protect('tax_rates');
  perform crm.protect('products');
end $$;
