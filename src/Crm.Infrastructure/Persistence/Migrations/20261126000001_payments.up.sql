-- Payments, and the receivables ledger: what settles invoices. Sums on payments and invoices follow its entries and are written with each of them.

create table crm.payments (
  tenant_id uuid not null,
  id uuid not null,
  status text not null default 'UNALLOCATED',
  method text not null,
  amount_amount numeric not null,
  amount_currency text not null,
  received_on date not null,
  customer_id uuid,
  reference text collate "und-x-icu",
  payer_name text collate "und-x-icu",
  payer_iban text,
  note text,
  allocated_total_amount numeric not null default 0,
  allocated_total_currency text not null,
  refunded_total_amount numeric not null default 0,
  refunded_total_currency text not null,
  unallocated_amount numeric not null,
  unallocated_currency text not null,
  source text not null default 'MANUAL',
  source_key text,
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
    coalesce(left(reference, 2000), '') || ' ' || coalesce(payer_name, '') || ' ' || coalesce(payer_iban, '') || ' ' || coalesce(left(note, 20000), ''))) stored,
  constraint pk_payments primary key (tenant_id, id),
  constraint fk_payments_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  constraint ck_payments_status check (status in ('UNALLOCATED', 'PARTIALLY_ALLOCATED', 'ALLOCATED', 'REFUNDED')),
  constraint ck_payments_method check (method in ('BANK_TRANSFER', 'CARD', 'CASH', 'CHECK', 'DIRECT_DEBIT', 'STRIPE', 'OTHER')),
  constraint ck_payments_source check (source in ('MANUAL', 'BANK_STATEMENT', 'STRIPE')),
  constraint ck_payments_source_key check ((source_key is null) = (source = 'MANUAL')),
  constraint ck_payments_amount check ((amount_amount is null) = (amount_currency is null)),
  constraint ck_payments_allocated_total check ((allocated_total_amount is null) = (allocated_total_currency is null)),
  constraint ck_payments_refunded_total check ((refunded_total_amount is null) = (refunded_total_currency is null)),
  constraint ck_payments_unallocated check ((unallocated_amount is null) = (unallocated_currency is null)),
  constraint ck_payments_sum check (
    amount_amount = allocated_total_amount + refunded_total_amount + unallocated_amount and least(allocated_total_amount, refunded_total_amount, unallocated_amount) >= 0)
);
create unique index ux_payments_external_id on crm.payments (tenant_id, external_id) where external_id is not null and deleted_at is null;
create unique index ux_payments_source_key on crm.payments (tenant_id, source, source_key) where source_key is not null and deleted_at is null;
create index ix_payments_created_at on crm.payments (tenant_id, created_at, id) where deleted_at is null;
create index ix_payments_customer_id on crm.payments (tenant_id, customer_id, created_at, id) where customer_id is not null and deleted_at is null;
create index ix_payments_status on crm.payments (tenant_id, status, created_at, id) where deleted_at is null;
create index ix_payments_received_on on crm.payments (tenant_id, received_on, id) where deleted_at is null;

-- The ledger. The service may write into it and never change what is written.
create table crm.receivable_entries (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  payment_id uuid,
  invoice_id uuid,
  amount_amount numeric not null,
  amount_currency text not null,
  booked_on date not null,
  reason text,
  reverses_id uuid,
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
  constraint pk_receivable_entries primary key (tenant_id, id),
  constraint fk_receivable_entries_payment_id foreign key (tenant_id, payment_id) references crm.payments (tenant_id, id) deferrable initially deferred,
  constraint fk_receivable_entries_invoice_id foreign key (tenant_id, invoice_id) references crm.invoices (tenant_id, id) deferrable initially deferred,
  constraint fk_receivable_entries_reverses_id foreign key (tenant_id, reverses_id) references crm.receivable_entries (tenant_id, id) deferrable initially deferred,
  constraint ck_receivable_entries_kind check (case kind
    when 'ALLOCATION' then payment_id is not null and invoice_id is not null
    when 'REFUND' then num_nonnulls(payment_id, invoice_id) = 1
    when 'WRITE_OFF' then payment_id is null and invoice_id is not null
    else false end),
  constraint ck_receivable_entries_amount check ((amount_amount is null) = (amount_currency is null)),
  constraint ck_receivable_entries_sign check (amount_amount <> 0 and (amount_amount > 0) = (reverses_id is null))
);
create index ix_receivable_entries_created_at on crm.receivable_entries (tenant_id, created_at, id) where deleted_at is null;
create index ix_receivable_entries_payment_id on crm.receivable_entries (tenant_id, payment_id, created_at, id) where payment_id is not null;
create index ix_receivable_entries_invoice_id on crm.receivable_entries (tenant_id, invoice_id, created_at, id) where invoice_id is not null;
create index ix_receivable_entries_reverses_id on crm.receivable_entries (tenant_id, reverses_id) include (amount_amount) where reverses_id is not null;
create index ix_receivable_entries_booked_on on crm.receivable_entries (tenant_id, booked_on, id);

-- In the currency of the invoice; plain numbers, so that the program before this one can go on writing invoices.
alter table crm.invoices
  add column written_off numeric not null default 0,
  add column refunded numeric not null default 0;
-- What is due, by whom, in which currency and since when: receivables, credit limits and their age are read from it alone.
create index ix_invoices_open on crm.invoices (tenant_id, customer_id, due_total_currency, due_date) include (due_total_amount)
  where due_total_amount <> 0 and status not in ('DRAFT', 'VOID') and deleted_at is null;
create index ix_invoices_voided_at on crm.invoices (tenant_id, voided_at) where voided_at is not null and deleted_at is null;

do $$
begin
  perform crm.protect('payments');
  perform crm.protect('receivable_entries', append_only => true);
  perform crm.protect('invoices');
end $$;

-- Who takes an entry back holds it, and a lock asks for the right to change something: of what was booked it is nothing.
grant update (updated_at) on crm.receivable_entries to crm_app;
