-- Stock: warehouses, the ledger of movements, and levels, which are its sums.

create table crm.warehouses (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  code text collate "und-x-icu" not null,
  address text,
  city text collate "und-x-icu",
  region text collate "und-x-icu",
  postal_code text,
  country text,
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
  search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(code, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, ''))) stored,
  constraint pk_warehouses primary key (tenant_id, id)
);
create unique index ux_warehouses_external_id on crm.warehouses (tenant_id, external_id) where external_id is not null and deleted_at is null;
create unique index ux_warehouses_code on crm.warehouses (tenant_id, code) where deleted_at is null;
create index ix_warehouses_created_at on crm.warehouses (tenant_id, created_at, id) where deleted_at is null;

-- How much there is of a product in a warehouse: the sums of its movements, written with each of them.
create table crm.stocks (
  tenant_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  warehouse_id uuid not null,
  on_hand numeric not null default 0,
  reserved numeric not null default 0,
  available numeric generated always as (on_hand - reserved) stored,
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
  constraint pk_stocks primary key (tenant_id, id),
  constraint fk_stocks_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint fk_stocks_warehouse_id foreign key (tenant_id, warehouse_id) references crm.warehouses (tenant_id, id) deferrable initially deferred,
  constraint ck_stocks_on_hand check (on_hand >= reserved),
  constraint ck_stocks_reserved check (reserved >= 0)
);
create unique index ux_stocks_product_id on crm.stocks (tenant_id, product_id, warehouse_id) where deleted_at is null;
create index ix_stocks_warehouse_id on crm.stocks (tenant_id, warehouse_id, created_at, id) where deleted_at is null;
create index ix_stocks_created_at on crm.stocks (tenant_id, created_at, id) where deleted_at is null;

-- The ledger. The service may write into it and may not change what is written, but the labels.
create table crm.stock_movements (
  tenant_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  warehouse_id uuid not null,
  to_warehouse_id uuid,
  kind text not null,
  quantity numeric not null,
  reason text,
  reference text collate "und-x-icu",
  occurred_at timestamptz not null,
  change numeric not null,
  reserved_change numeric not null default 0,
  on_hand numeric not null,
  reserved numeric not null default 0,
  counterpart_id uuid,
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
  search tsvector generated always as (crm.search_vector(coalesce(reason, '') || ' ' || coalesce(reference, ''))) stored,
  constraint pk_stock_movements primary key (tenant_id, id),
  constraint fk_stock_movements_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint fk_stock_movements_warehouse_id foreign key (tenant_id, warehouse_id) references crm.warehouses (tenant_id, id) deferrable initially deferred,
  constraint fk_stock_movements_to_warehouse_id foreign key (tenant_id, to_warehouse_id) references crm.warehouses (tenant_id, id) deferrable initially deferred,
  constraint fk_stock_movements_counterpart_id foreign key (tenant_id, counterpart_id) references crm.stock_movements (tenant_id, id) deferrable initially deferred,
  constraint ck_stock_movements_kind check (kind in ('RECEIPT', 'ISSUE', 'ADJUSTMENT', 'TRANSFER', 'RESERVE', 'RELEASE')),
  constraint ck_stock_movements_quantity check (quantity <> 0)
);
create unique index ux_stock_movements_external_id on crm.stock_movements (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_stock_movements_created_at on crm.stock_movements (tenant_id, created_at, id) where deleted_at is null;
create index ix_stock_movements_product_id on crm.stock_movements (tenant_id, product_id, created_at, id) where deleted_at is null;
create index ix_stock_movements_warehouse_id on crm.stock_movements (tenant_id, warehouse_id, created_at, id) where deleted_at is null;
create index ix_stock_movements_occurred_at on crm.stock_movements (tenant_id, occurred_at, id) where deleted_at is null;
create index ix_stock_movements_reference on crm.stock_movements (tenant_id, reference, id) where reference is not null and deleted_at is null;

alter table crm.products
  add column unit text not null default 'C62',
  add column is_stocked boolean not null default false;

do $$
begin
  perform crm.protect('warehouses');
  perform crm.protect('stocks');
  perform crm.protect('stock_movements', append_only => true);
  perform crm.protect('products');
end $$;

-- Labels alone may change: they are renamed and merged by the tenant.
grant update (tags, version, updated_at, updated_by) on crm.stock_movements to crm_app;
