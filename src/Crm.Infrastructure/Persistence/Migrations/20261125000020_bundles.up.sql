-- Bundles: products that consist of others; and the warehouse that orders take from when they name none.
create table crm.product_components (
  tenant_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  component_id uuid not null,
  quantity numeric not null default 1,
  position integer not null,
  deleted_at timestamptz,
  deletion_id uuid,
  constraint pk_product_components primary key (tenant_id, id),
  constraint fk_product_components_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint fk_product_components_component_id foreign key (tenant_id, component_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint ck_product_components_quantity check (quantity > 0)
);
create index ix_product_components_product_id on crm.product_components (tenant_id, product_id, position);
create index ix_product_components_component_id on crm.product_components (tenant_id, component_id) where deleted_at is null;

alter table crm.warehouses
  add column is_default boolean not null default false,
  add constraint ux_warehouses_is_default exclude (tenant_id with =) where (is_default and deleted_at is null) deferrable initially deferred;

do $$
begin
  perform crm.protect('product_components');
  perform crm.protect('warehouses');
end $$;
