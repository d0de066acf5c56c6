-- Categories of products, which form trees.

create table crm.product_categories (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  parent_id uuid,
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
    coalesce(name, '') || ' ' || coalesce(left(description, 20000), ''))) stored,
  constraint pk_product_categories primary key (tenant_id, id),
  constraint fk_product_categories_parent_id foreign key (tenant_id, parent_id) references crm.product_categories (tenant_id, id) deferrable initially deferred,
  constraint ck_product_categories_parent_id check (parent_id <> id)
);
create unique index ux_product_categories_external_id on crm.product_categories (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_product_categories_created_at on crm.product_categories (tenant_id, created_at, id) where deleted_at is null;
create index ix_product_categories_parent_id on crm.product_categories (tenant_id, parent_id) where parent_id is not null;

alter table crm.products
  add column category_id uuid,
  add constraint fk_products_category_id foreign key (tenant_id, category_id) references crm.product_categories (tenant_id, id) deferrable initially deferred;
create index ix_products_category_id on crm.products (tenant_id, category_id, created_at, id) where category_id is not null and deleted_at is null;

do $$
begin
  perform crm.protect('product_categories');
  perform crm.protect('products');
end $$;
