-- Price books, and the prices in them by quantity.

create table crm.price_books (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  currency text not null,
  valid_from date,
  valid_to date,
  customer_id uuid,
  segment text,
  priority integer not null default 0,
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
    coalesce(name, '') || ' ' || coalesce(left(description, 20000), ''))) stored,
  constraint pk_price_books primary key (tenant_id, id),
  constraint fk_price_books_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  constraint ck_price_books_valid_to check (valid_to >= valid_from),
  constraint ck_price_books_segment check (segment is null or customer_id is null)
);
create unique index ux_price_books_external_id on crm.price_books (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_price_books_created_at on crm.price_books (tenant_id, created_at, id) where deleted_at is null;
create index ix_price_books_customer_id on crm.price_books (tenant_id, customer_id) where customer_id is not null and deleted_at is null;

create table crm.prices (
  tenant_id uuid not null,
  id uuid not null,
  price_book_id uuid not null,
  product_id uuid not null,
  min_quantity numeric not null default 1,
  unit_price numeric not null,
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
  constraint pk_prices primary key (tenant_id, id),
  constraint fk_prices_price_book_id foreign key (tenant_id, price_book_id) references crm.price_books (tenant_id, id) deferrable initially deferred,
  constraint fk_prices_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint ck_prices_min_quantity check (min_quantity > 0),
  constraint ck_prices_unit_price check (unit_price >= 0)
);
create unique index ux_prices_external_id on crm.prices (tenant_id, external_id) where external_id is not null and deleted_at is null;
create unique index ux_prices_min_quantity on crm.prices (tenant_id, product_id, price_book_id, min_quantity) where deleted_at is null;
create index ix_prices_created_at on crm.prices (tenant_id, created_at, id) where deleted_at is null;
create index ix_prices_price_book_id on crm.prices (tenant_id, price_book_id, created_at, id) where deleted_at is null;

do $$
begin
  perform crm.protect('price_books');
  perform crm.protect('prices');
end $$;
