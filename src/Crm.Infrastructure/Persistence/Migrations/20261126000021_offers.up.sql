-- Offers, their lines and what can be taken besides; the links by which customers open them; orders name the offer they were made of. See docs/decisions/0063-a-version-is-an-offer.md.

create table crm.offers (
  tenant_id uuid not null,
  id uuid not null,
  number text collate "und-x-icu",
  revision integer not null default 1,
  original_offer_id uuid,
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
  valid_until date,
  on_accept text not null default 'NONE',
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
  token_id uuid,
  sent_at timestamptz,
  viewed_at timestamptz,
  accepted_at timestamptz,
  declined_at timestamptz,
  closed_at timestamptz,
  reason text,
  acceptance jsonb,
  seller jsonb,
  buyer jsonb,
  order_id uuid,
  invoice_id uuid,
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
  constraint pk_offers primary key (tenant_id, id),
  constraint fk_offers_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  constraint fk_offers_contact_id foreign key (tenant_id, contact_id) references crm.contacts (tenant_id, id) deferrable initially deferred,
  constraint fk_offers_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred,
  constraint fk_offers_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint fk_offers_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  constraint fk_offers_original_offer_id foreign key (tenant_id, original_offer_id) references crm.offers (tenant_id, id) deferrable initially deferred,
  constraint fk_offers_order_id foreign key (tenant_id, order_id) references crm.orders (tenant_id, id) deferrable initially deferred,
  constraint fk_offers_invoice_id foreign key (tenant_id, invoice_id) references crm.invoices (tenant_id, id) deferrable initially deferred,
  constraint ck_offers_status check (status in ('DRAFT', 'SENT', 'ACCEPTED', 'DECLINED', 'EXPIRED', 'WITHDRAWN', 'SUPERSEDED')),
  constraint ck_offers_on_accept check (on_accept in ('NONE', 'ORDER', 'INVOICE', 'BOTH')),
  constraint ck_offers_sent_at check (status = 'DRAFT' or sent_at is not null and number is not null and valid_until is not null and token_id is not null),
  constraint ck_offers_acceptance check ((status = 'ACCEPTED') = (acceptance is not null)),
  constraint ck_offers_revision check (revision > 0 and (revision = 1) = (original_offer_id is null)),
  constraint ck_offers_line_total check ((line_total_amount is null) = (line_total_currency is null)),
  constraint ck_offers_allowance_total check ((allowance_total_amount is null) = (allowance_total_currency is null)),
  constraint ck_offers_charge_total check ((charge_total_amount is null) = (charge_total_currency is null)),
  constraint ck_offers_net_total check ((net_total_amount is null) = (net_total_currency is null)),
  constraint ck_offers_tax_total check ((tax_total_amount is null) = (tax_total_currency is null)),
  constraint ck_offers_total check ((total_amount is null) = (total_currency is null))
);
create unique index ux_offers_external_id on crm.offers (tenant_id, external_id) where external_id is not null and deleted_at is null;
create unique index ux_offers_number on crm.offers (tenant_id, number, revision) where number is not null and deleted_at is null;
create index ix_offers_created_at on crm.offers (tenant_id, created_at, id) where deleted_at is null;
create index ix_offers_customer_id on crm.offers (tenant_id, customer_id, created_at, id) where deleted_at is null;
create index ix_offers_deal_id on crm.offers (tenant_id, deal_id) where deal_id is not null and deleted_at is null;
create index ix_offers_owner_id on crm.offers (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_offers_status on crm.offers (tenant_id, status, created_at, id) where deleted_at is null;
create index ix_offers_valid_until on crm.offers (tenant_id, valid_until) where status = 'SENT' and deleted_at is null;
create index ix_offers_original_offer_id on crm.offers (tenant_id, original_offer_id) where original_offer_id is not null;
create index ix_offers_order_id on crm.offers (tenant_id, order_id) where order_id is not null;
create index ix_offers_invoice_id on crm.offers (tenant_id, invoice_id) where invoice_id is not null;

create table crm.offer_line_items (
  tenant_id uuid not null,
  id uuid not null,
  offer_id uuid not null,
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
  constraint pk_offer_line_items primary key (tenant_id, id),
  constraint fk_offer_line_items_offer_id foreign key (tenant_id, offer_id) references crm.offers (tenant_id, id) deferrable initially deferred,
  constraint fk_offer_line_items_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint ck_offer_line_items_quantity check (quantity <> 0),
  constraint ck_offer_line_items_unit_price check ((unit_price_amount is null) = (unit_price_currency is null)),
  constraint ck_offer_line_items_net check ((net_amount is null) = (net_currency is null))
);
create index ix_offer_line_items_offer_id on crm.offer_line_items (tenant_id, offer_id, position);
create index ix_offer_line_items_product_id on crm.offer_line_items (tenant_id, product_id) where product_id is not null and deleted_at is null;
create index ix_offer_line_items_source_item_id on crm.offer_line_items (tenant_id, source_item_id) where source_item_id is not null and deleted_at is null;

create table crm.offer_optional_items (
  tenant_id uuid not null,
  id uuid not null,
  offer_id uuid not null,
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
  constraint pk_offer_optional_items primary key (tenant_id, id),
  constraint fk_offer_optional_items_offer_id foreign key (tenant_id, offer_id) references crm.offers (tenant_id, id) deferrable initially deferred,
  constraint fk_offer_optional_items_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint ck_offer_optional_items_quantity check (quantity <> 0),
  constraint ck_offer_optional_items_unit_price check ((unit_price_amount is null) = (unit_price_currency is null)),
  constraint ck_offer_optional_items_net check ((net_amount is null) = (net_currency is null))
);
create index ix_offer_optional_items_offer_id on crm.offer_optional_items (tenant_id, offer_id, position);
create index ix_offer_optional_items_product_id on crm.offer_optional_items (tenant_id, product_id) where product_id is not null and deleted_at is null;
create index ix_offer_optional_items_source_item_id on crm.offer_optional_items (tenant_id, source_item_id) where source_item_id is not null and deleted_at is null;

alter table crm.orders
  add column offer_id uuid,
  add constraint fk_orders_offer_id foreign key (tenant_id, offer_id) references crm.offers (tenant_id, id) deferrable initially deferred;
create index ix_orders_offer_id on crm.orders (tenant_id, offer_id) where offer_id is not null;

-- Global: whose offer a link opens, before a tenant is known.
create table crm.offer_links (
  token_hash bytea not null,
  tenant_id uuid not null,
  offer_id uuid not null,
  expires_at timestamptz not null,
  constraint pk_offer_links primary key (token_hash),
  constraint fk_offer_links_tenant_id foreign key (tenant_id) references crm.tenants (id) deferrable initially deferred
);
create index ix_offer_links_expires_at on crm.offer_links (expires_at);
grant select, insert, update, delete on crm.offer_links to crm_app;

alter table crm.tenant_settings
  add column offer_validity_days integer not null default 30,
  add constraint ck_tenant_settings_offer_validity_days check (offer_validity_days between 0 and 3650);

alter table crm.notifications
  drop constraint ck_notifications_kind,
  add constraint ck_notifications_kind check (kind in ('TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'DEAL_WON', 'DEAL_LOST', 'MENTION', 'LEAD_ROUTED', 'APPROVAL_REQUESTED', 'WORKFLOW',
    'OFFER_ACCEPTED', 'OFFER_DECLINED', 'OFFER_EXPIRED'));

do $$
begin
  perform crm.protect('offers');
  perform crm.protect('offer_line_items');
  perform crm.protect('offer_optional_items');
  perform crm.protect('orders');
  perform crm.protect('tenant_settings');
end $$;
