-- Bank statements, and their entries: what banks tell of accounts, as it was imported. Neither ever changes.

create table crm.bank_statements (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  iban text,
  currency text,
  columns jsonb not null default '{}',
  delimiter text,
  date_format text,
  decimal_separator text,
  format text not null,
  checksum text not null,
  statements jsonb not null default '[]',
  entry_count integer not null,
  payment_count integer not null,
  duplicate_count integer not null,
  outgoing_count integer not null,
  reversal_count integer not null,
  skipped_count integer not null,
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
  search tsvector generated always as (crm.search_vector(coalesce(name, ''))) stored,
  constraint pk_bank_statements primary key (tenant_id, id),
  constraint ck_bank_statements_format check (format in ('CAMT053', 'CSV')),
  constraint ck_bank_statements_entry_count check (entry_count = payment_count + duplicate_count + outgoing_count + reversal_count)
);
create unique index ux_bank_statements_external_id on crm.bank_statements (tenant_id, external_id) where external_id is not null and deleted_at is null;
create unique index ux_bank_statements_checksum on crm.bank_statements (tenant_id, checksum) where deleted_at is null;
create index ix_bank_statements_created_at on crm.bank_statements (tenant_id, created_at, id) where deleted_at is null;

create table crm.bank_statement_entries (
  tenant_id uuid not null,
  id uuid not null,
  bank_statement_id uuid not null,
  position integer not null,
  entry_key text not null,
  outcome text not null,
  payment_id uuid,
  duplicate_of_id uuid,
  account text not null,
  is_credit boolean not null,
  amount numeric not null,
  currency text not null,
  booked_on date not null,
  value_on date,
  bank_reference text,
  end_to_end text,
  creditor_reference text,
  remittance_text text,
  counterparty_name text,
  counterparty_iban text,
  constraint pk_bank_statement_entries primary key (tenant_id, id),
  constraint fk_bank_statement_entries_bank_statement_id foreign key (tenant_id, bank_statement_id) references crm.bank_statements (tenant_id, id) deferrable initially deferred,
  constraint fk_bank_statement_entries_payment_id foreign key (tenant_id, payment_id) references crm.payments (tenant_id, id) deferrable initially deferred,
  constraint fk_bank_statement_entries_duplicate_of_id foreign key (tenant_id, duplicate_of_id) references crm.bank_statement_entries (tenant_id, id) deferrable initially deferred,
  constraint ck_bank_statement_entries_outcome check (outcome in ('PAYMENT', 'DUPLICATE', 'OUTGOING', 'REVERSAL')),
  constraint ck_bank_statement_entries_payment_id check ((payment_id is null) = (outcome <> 'PAYMENT')),
  constraint ck_bank_statement_entries_duplicate check ((duplicate_of_id is null) = (outcome <> 'DUPLICATE')),
  constraint ck_bank_statement_entries_amount check (amount > 0)
);
-- Each entry of an account is booked once, whichever statements bring it.
create unique index ux_bank_statement_entries_key on crm.bank_statement_entries (tenant_id, entry_key) where outcome <> 'DUPLICATE';
create unique index ux_bank_statement_entries_position on crm.bank_statement_entries (tenant_id, bank_statement_id, position);
create index ix_bank_statement_entries_payment_id on crm.bank_statement_entries (tenant_id, payment_id) where payment_id is not null;
create index ix_bank_statement_entries_duplicate on crm.bank_statement_entries (tenant_id, duplicate_of_id) where duplicate_of_id is not null;

do $$
begin
  perform crm.protect('bank_statements', append_only => true);
  perform crm.protect('bank_statement_entries', append_only => true);
end $$;

-- Labels alone may change: they are renamed and merged by the tenant.
grant update (tags, version, updated_at, updated_by) on crm.bank_statements to crm_app;
