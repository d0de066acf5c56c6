-- Accounts at the payment gateway, and the pages on which invoices and charges are paid. See docs/decisions/0067-the-gateway-is-asked-not-believed.md.

create table crm.payment_accounts (
  tenant_id uuid not null,
  -- Sealed by the service: the database cannot read them.
  secret_key bytea not null,
  webhook_secret bytea,
  key_hint text not null,
  success_url text not null,
  cancel_url text,
  updated_at timestamptz not null default now(),
  constraint pk_payment_accounts primary key (tenant_id)
);

create table crm.checkouts (
  tenant_id uuid not null,
  id uuid not null,
  invoice_id uuid,
  -- Of the platform's books.
  charge_id uuid,
  gateway_key text not null,
  total_amount numeric not null,
  total_currency text not null,
  status text not null,
  url text,
  expires_at timestamptz not null,
  payment_id uuid,
  created_at timestamptz not null default now(),
  looked_at timestamptz not null default now(),
  constraint pk_checkouts primary key (tenant_id, id),
  constraint fk_checkouts_invoice_id foreign key (tenant_id, invoice_id) references crm.invoices (tenant_id, id) deferrable initially deferred,
  constraint fk_checkouts_charge_id foreign key (tenant_id, charge_id) references crm.subscription_charges (tenant_id, id) deferrable initially deferred,
  constraint fk_checkouts_payment_id foreign key (tenant_id, payment_id) references crm.payments (tenant_id, id) deferrable initially deferred,
  constraint ck_checkouts_subject check ((invoice_id is null) <> (charge_id is null)),
  constraint ck_checkouts_total check ((total_amount is null) = (total_currency is null)),
  constraint ck_checkouts_total_amount check (total_amount > 0),
  constraint ck_checkouts_status check (status in ('OPEN', 'PROCESSING', 'PAID', 'EXPIRED', 'FAILED'))
);
create unique index ux_checkouts_gateway_key on crm.checkouts (tenant_id, gateway_key);
create index ix_checkouts_invoice_id on crm.checkouts (tenant_id, invoice_id, id) where invoice_id is not null;
create index ix_checkouts_charge_id on crm.checkouts (tenant_id, charge_id, id) where charge_id is not null;
create index ix_checkouts_payment_id on crm.checkouts (tenant_id, payment_id) where payment_id is not null;
create index ix_checkouts_looked_at on crm.checkouts (tenant_id, looked_at) where status in ('OPEN', 'PROCESSING', 'PAID');

do $$
begin
  perform crm.protect('payment_accounts');
  perform crm.protect('checkouts');
end $$;
