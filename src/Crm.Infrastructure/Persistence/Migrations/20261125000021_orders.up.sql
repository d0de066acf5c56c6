-- Orders and their lines; entries of the stock ledger name the order that moved them.

create table crm.orders (
  tenant_id uuid not null,
  id uuid not null,
  number text collate "und-x-icu" not null,
  status text not null default 'DRAFT',
  customer_id uuid not null,
  contact_id uuid,
  deal_id uuid,
  owner_id uuid,
  team_id uuid,
  buyer_reference text collate "und-x-icu",
  currency text not null,
  language text not null default 'en',
  notes text,
  warehouse_id uuid,
  requested_date date,
  delivery_address text,
  adjustments jsonb not null default '[]',
  taxes jsonb not null default '[]',
  line_total_amount numeric not null default 0,
  line_total_currency text not null,
  allowance_total_amount numeric not null default 0,
  allowance_total_currency text not null,
  charge_total_amount numeric not null default 0,
  charge_total_currency text not null,
  net_total_amount numeric not null default 0,
  net_total_currency text not null,
  tax_total_amount numeric not null default 0,
  tax_total_currency text not null,
  total_amount numeric not null default 0,
  total_currency text not null,
  deliveries jsonb not null default '[]',
  allocations jsonb not null default '[]',
  reserved_in_id uuid,
  invoice_id uuid,
  confirmed_at timestamptz,
  fulfilled_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text,
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
    coalesce(number, '') || ' ' || coalesce(buyer_reference, '') || ' ' || coalesce(left(notes, 20000), ''))) stored,
  constraint pk_orders primary key (tenant_id, id),
  constraint fk_orders_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  constraint fk_orders_contact_id foreign key (tenant_id, contact_id) references crm.contacts (tenant_id, id) deferrable initially deferred,
  constraint fk_orders_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred,
  constraint fk_orders_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint fk_orders_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  constraint fk_orders_warehouse_id foreign key (tenant_id, warehouse_id) references crm.warehouses (tenant_id, id) deferrable initially deferred,
  constraint fk_orders_reserved_in_id foreign key (tenant_id, reserved_in_id) references crm.warehouses (tenant_id, id) deferrable initially deferred,
  constraint fk_orders_invoice_id foreign key (tenant_id, invoice_id) references crm.invoices (tenant_id, id) deferrable initially deferred,
  constraint ck_orders_status check (status in ('DRAFT', 'CONFIRMED', 'PARTIALLY_FULFILLED', 'FULFILLED', 'CANCELLED')),
  constraint ck_orders_confirmed_at check (confirmed_at is not null or status in ('DRAFT', 'CANCELLED')),
  constraint ck_orders_line_total check ((line_total_amount is null) = (line_total_currency is null)),
  constraint ck_orders_allowance_total check ((allowance_total_amount is null) = (allowance_total_currency is null)),
  constraint ck_orders_charge_total check ((charge_total_amount is null) = (charge_total_currency is null)),
  constraint ck_orders_net_total check ((net_total_amount is null) = (net_total_currency is null)),
  constraint ck_orders_tax_total check ((tax_total_amount is null) = (tax_total_currency is null)),
  constraint ck_orders_total check ((total_amount is null) = (total_currency is null))
);
create unique index ux_orders_external_id on crm.orders (tenant_id, external_id) where external_id is not null and deleted_at is null;
create unique index ux_orders_number on crm.orders (tenant_id, number) where deleted_at is null;
create index ix_orders_created_at on crm.orders (tenant_id, created_at, id) where deleted_at is null;
create index ix_orders_customer_id on crm.orders (tenant_id, customer_id, created_at, id) where deleted_at is null;
create index ix_orders_deal_id on crm.orders (tenant_id, deal_id) where deal_id is not null and deleted_at is null;
create index ix_orders_owner_id on crm.orders (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_orders_status on crm.orders (tenant_id, status, created_at, id) where deleted_at is null;
create index ix_orders_warehouse_id on crm.orders (tenant_id, warehouse_id) where warehouse_id is not null and deleted_at is null;
create index ix_orders_invoice_id on crm.orders (tenant_id, invoice_id) where invoice_id is not null;

create table crm.order_line_items (
  tenant_id uuid not null,
  id uuid not null,
  order_id uuid not null,
  product_id uuid,
  name text,
  description text,
  quantity numeric not null,
  unit text,
  unit_price_amount numeric,
  unit_price_currency text,
  price_quantity numeric not null default 1,
  adjustments jsonb not null default '[]',
  tax_category text,
  tax_percent numeric,
  tax_reason text,
  source_item_id uuid,
  net_amount numeric,
  net_currency text,
  position integer not null,
  deleted_at timestamptz,
  deletion_id uuid,
  constraint pk_order_line_items primary key (tenant_id, id),
  constraint fk_order_line_items_order_id foreign key (tenant_id, order_id) references crm.orders (tenant_id, id) deferrable initially deferred,
  constraint fk_order_line_items_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint ck_order_line_items_quantity check (quantity <> 0),
  constraint ck_order_line_items_unit_price check ((unit_price_amount is null) = (unit_price_currency is null)),
  constraint ck_order_line_items_net check ((net_amount is null) = (net_currency is null))
);
create index ix_order_line_items_order_id on crm.order_line_items (tenant_id, order_id, position);
create index ix_order_line_items_product_id on crm.order_line_items (tenant_id, product_id) where product_id is not null and deleted_at is null;
create index ix_order_line_items_source_item_id on crm.order_line_items (tenant_id, source_item_id) where source_item_id is not null and deleted_at is null;

alter table crm.stock_movements
  add column order_id uuid,
  add constraint fk_stock_movements_order_id foreign key (tenant_id, order_id) references crm.orders (tenant_id, id) deferrable initially deferred;
create index ix_stock_movements_order_id on crm.stock_movements (tenant_id, order_id, created_at, id) where order_id is not null;

do $$
begin
  perform crm.protect('orders');
  perform crm.protect('order_line_items');
  perform crm.protect('stock_movements', append_only => true);
end $$;

-- Protecting it anew has taken back what is granted besides: labels alone may change.
grant update (tags, version, updated_at, updated_by) on crm.stock_movements to crm_app;
