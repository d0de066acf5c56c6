-- Invoices that are made again and again; each made one names its period, of which there is one. See docs/decisions/0056-a-period-is-made-once.md.

create table crm.recurring_invoices (
  tenant_id uuid not null,
  id uuid not null,
  status text not null default 'ACTIVE',
  series text,
  interval text not null default 'MONTH',
  every integer not null default 1,
  starts_on date not null,
  ends_on date,
  occurrences integer,
  auto_issue boolean not null default false,
  auto_send boolean not null default false,
  next_on date,
  period integer not null default 0,
  invoice_count integer not null default 0,
  failure text,
  customer_id uuid not null,
  contact_id uuid,
  deal_id uuid,
  owner_id uuid,
  team_id uuid,
  buyer_reference text collate "und-x-icu",
  currency text not null,
  language text not null default 'en',
  notes text,
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
    coalesce(buyer_reference, '') || ' ' || coalesce(left(notes, 20000), ''))) stored,
  constraint pk_recurring_invoices primary key (tenant_id, id),
  constraint fk_recurring_invoices_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  constraint fk_recurring_invoices_contact_id foreign key (tenant_id, contact_id) references crm.contacts (tenant_id, id) deferrable initially deferred,
  constraint fk_recurring_invoices_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred,
  constraint fk_recurring_invoices_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint fk_recurring_invoices_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  constraint ck_recurring_invoices_status check (status in ('ACTIVE', 'PAUSED', 'ENDED')),
  constraint ck_recurring_invoices_interval check (interval in ('WEEK', 'MONTH', 'QUARTER', 'YEAR')),
  constraint ck_recurring_invoices_every check (every between 1 and 100),
  constraint ck_recurring_invoices_occurrences check (occurrences between 1 and 1000),
  constraint ck_recurring_invoices_next_on check (next_on is null or status = 'ACTIVE'),
  constraint ck_recurring_invoices_line_total check ((line_total_amount is null) = (line_total_currency is null)),
  constraint ck_recurring_invoices_allowance_total check ((allowance_total_amount is null) = (allowance_total_currency is null)),
  constraint ck_recurring_invoices_charge_total check ((charge_total_amount is null) = (charge_total_currency is null)),
  constraint ck_recurring_invoices_net_total check ((net_total_amount is null) = (net_total_currency is null)),
  constraint ck_recurring_invoices_tax_total check ((tax_total_amount is null) = (tax_total_currency is null)),
  constraint ck_recurring_invoices_total check ((total_amount is null) = (total_currency is null))
);
create unique index ux_recurring_invoices_external_id on crm.recurring_invoices (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_recurring_invoices_created_at on crm.recurring_invoices (tenant_id, created_at, id) where deleted_at is null;
create index ix_recurring_invoices_customer_id on crm.recurring_invoices (tenant_id, customer_id, created_at, id) where deleted_at is null;
create index ix_recurring_invoices_deal_id on crm.recurring_invoices (tenant_id, deal_id) where deal_id is not null and deleted_at is null;
create index ix_recurring_invoices_owner_id on crm.recurring_invoices (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_recurring_invoices_status on crm.recurring_invoices (tenant_id, status, created_at, id) where deleted_at is null;
create index ix_recurring_invoices_next_on on crm.recurring_invoices (tenant_id, next_on) where status = 'ACTIVE' and deleted_at is null;

create table crm.recurring_invoice_line_items (
  tenant_id uuid not null,
  id uuid not null,
  recurring_invoice_id uuid not null,
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
  constraint pk_recurring_invoice_line_items primary key (tenant_id, id),
  constraint fk_recurring_invoice_line_items_recurring_id foreign key (tenant_id, recurring_invoice_id) references crm.recurring_invoices (tenant_id, id) deferrable initially deferred,
  constraint fk_recurring_invoice_line_items_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint ck_recurring_invoice_line_items_quantity check (quantity <> 0),
  constraint ck_recurring_invoice_line_items_unit_price check ((unit_price_amount is null) = (unit_price_currency is null)),
  constraint ck_recurring_invoice_line_items_net check ((net_amount is null) = (net_currency is null))
);
create index ix_recurring_invoice_line_items_recurring_id on crm.recurring_invoice_line_items (tenant_id, recurring_invoice_id, position);
create index ix_recurring_invoice_line_items_product_id on crm.recurring_invoice_line_items (tenant_id, product_id) where product_id is not null and deleted_at is null;
create index ix_recurring_invoice_line_items_source_item_id on crm.recurring_invoice_line_items (tenant_id, source_item_id) where source_item_id is not null and deleted_at is null;

alter table crm.invoices
  add column recurring_invoice_id uuid,
  add column recurrence integer,
  add constraint fk_invoices_recurring_invoice_id foreign key (tenant_id, recurring_invoice_id) references crm.recurring_invoices (tenant_id, id) deferrable initially deferred,
  add constraint ck_invoices_recurrence check ((recurrence is null) = (recurring_invoice_id is null));
create unique index ux_invoices_recurrence on crm.invoices (tenant_id, recurring_invoice_id, recurrence) where recurring_invoice_id is not null and deleted_at is null;

alter table crm.notifications
  drop constraint ck_notifications_kind,
  add constraint ck_notifications_kind check (kind in ('TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'DEAL_WON', 'DEAL_LOST', 'MENTION', 'LEAD_ROUTED', 'APPROVAL_REQUESTED', 'WORKFLOW',
    'OFFER_ACCEPTED', 'OFFER_DECLINED', 'OFFER_EXPIRED', 'RECURRING_INVOICE_FAILED'));

do $$
begin
  perform crm.protect('recurring_invoices');
  perform crm.protect('recurring_invoice_line_items');
  perform crm.protect('invoices');
end $$;
