-- Invoices and credit notes, and their lines. Sums are kept beside what was stated; who sold and bought is kept as it was at the issue.

create table crm.invoices (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null default 'INVOICE',
  number text collate "und-x-icu",
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
  series text,
  delivery_date date,
  due_date date,
  prepaid_amount numeric,
  prepaid_currency text,
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
  paid_total_amount numeric not null default 0,
  paid_total_currency text not null,
  credited_total_amount numeric not null default 0,
  credited_total_currency text not null,
  due_total_amount numeric not null default 0,
  due_total_currency text not null,
  issue_date date,
  issued_at timestamptz,
  sent_at timestamptz,
  voided_at timestamptz,
  credited_invoice_id uuid,
  seller jsonb,
  buyer jsonb,
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
  constraint pk_invoices primary key (tenant_id, id),
  constraint fk_invoices_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  constraint fk_invoices_contact_id foreign key (tenant_id, contact_id) references crm.contacts (tenant_id, id) deferrable initially deferred,
  constraint fk_invoices_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred,
  constraint fk_invoices_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint fk_invoices_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  constraint fk_invoices_credited_invoice_id foreign key (tenant_id, credited_invoice_id) references crm.invoices (tenant_id, id) deferrable initially deferred,
  constraint ck_invoices_kind check (kind in ('INVOICE', 'CREDIT_NOTE')),
  constraint ck_invoices_status check (status in ('DRAFT', 'SENT', 'PARTIALLY_PAID', 'PAID', 'OVERDUE', 'VOID')),
  constraint ck_invoices_number check ((number is null) = (status = 'DRAFT')),
  constraint ck_invoices_issued_at check ((issued_at is null) = (status = 'DRAFT')),
  constraint ck_invoices_credited_invoice_id check ((credited_invoice_id is null) = (kind = 'INVOICE')),
  constraint ck_invoices_prepaid check ((prepaid_amount is null) = (prepaid_currency is null)),
  constraint ck_invoices_line_total check ((line_total_amount is null) = (line_total_currency is null)),
  constraint ck_invoices_allowance_total check ((allowance_total_amount is null) = (allowance_total_currency is null)),
  constraint ck_invoices_charge_total check ((charge_total_amount is null) = (charge_total_currency is null)),
  constraint ck_invoices_net_total check ((net_total_amount is null) = (net_total_currency is null)),
  constraint ck_invoices_tax_total check ((tax_total_amount is null) = (tax_total_currency is null)),
  constraint ck_invoices_total check ((total_amount is null) = (total_currency is null)),
  constraint ck_invoices_paid_total check ((paid_total_amount is null) = (paid_total_currency is null)),
  constraint ck_invoices_credited_total check ((credited_total_amount is null) = (credited_total_currency is null)),
  constraint ck_invoices_due_total check ((due_total_amount is null) = (due_total_currency is null))
);
create unique index ux_invoices_external_id on crm.invoices (tenant_id, external_id) where external_id is not null and deleted_at is null;
create unique index ux_invoices_number on crm.invoices (tenant_id, number) where deleted_at is null;
create index ix_invoices_created_at on crm.invoices (tenant_id, created_at, id) where deleted_at is null;
create index ix_invoices_customer_id on crm.invoices (tenant_id, customer_id, created_at, id) where deleted_at is null;
create index ix_invoices_deal_id on crm.invoices (tenant_id, deal_id) where deal_id is not null and deleted_at is null;
create index ix_invoices_owner_id on crm.invoices (tenant_id, owner_id, created_at, id) where owner_id is not null and deleted_at is null;
create index ix_invoices_credited_invoice_id on crm.invoices (tenant_id, credited_invoice_id) where credited_invoice_id is not null and deleted_at is null;
create index ix_invoices_due_date on crm.invoices (tenant_id, status, due_date, id) where deleted_at is null;
create index ix_invoices_issue_date on crm.invoices (tenant_id, issue_date, id) where issue_date is not null and deleted_at is null;

create table crm.invoice_line_items (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid not null,
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
  constraint pk_invoice_line_items primary key (tenant_id, id),
  constraint fk_invoice_line_items_invoice_id foreign key (tenant_id, invoice_id) references crm.invoices (tenant_id, id) deferrable initially deferred,
  constraint fk_invoice_line_items_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  constraint ck_invoice_line_items_quantity check (quantity <> 0),
  constraint ck_invoice_line_items_unit_price check ((unit_price_amount is null) = (unit_price_currency is null)),
  constraint ck_invoice_line_items_net check ((net_amount is null) = (net_currency is null))
);
create index ix_invoice_line_items_invoice_id on crm.invoice_line_items (tenant_id, invoice_id, position);
create index ix_invoice_line_items_product_id on crm.invoice_line_items (tenant_id, product_id) where product_id is not null and deleted_at is null;
create index ix_invoice_line_items_source_item_id on crm.invoice_line_items (tenant_id, source_item_id) where source_item_id is not null and deleted_at is null;

do $$
begin
  perform crm.protect('invoices');
  perform crm.protect('invoice_line_items');
end $$;
