-- Plans, what organizations have agreed to, what they owe, and how much of what is limited they use. See docs/decisions/0065-limits-are-counted-at-the-save.md.

create table crm.plans (
  code text not null,
  name text not null,
  monthly_price_amount numeric not null,
  monthly_price_currency text not null,
  yearly_price_amount numeric not null,
  yearly_price_currency text not null,
  trial_days integer not null,
  -- By name; what is not named is not limited.
  limits jsonb not null,
  updated_at timestamptz not null default now(),
  constraint pk_plans primary key (code),
  constraint ck_plans_code check (code in ('FREE', 'STARTER', 'PROFESSIONAL', 'ENTERPRISE')),
  constraint ck_plans_monthly_price check ((monthly_price_amount is null) = (monthly_price_currency is null)),
  constraint ck_plans_yearly_price check ((yearly_price_amount is null) = (yearly_price_currency is null)),
  constraint ck_plans_trial_days check (trial_days between 0 and 365)
);
insert into crm.plans (code, name, monthly_price_amount, monthly_price_currency, yearly_price_amount, yearly_price_currency, trial_days, limits) values
  ('FREE', 'Free', 0, 'EUR', 0, 'EUR', 0, '{"users": 3, "emails": 100, "aiCalls": 50, "apiRequests": 600, "files": 500, "products": 200, "leads": 1000, "customers": 1000, "companies": 1000, "contacts": 1000, "deals": 1000, "orders": 200, "invoices": 200}'),
  ('STARTER', 'Starter', 19, 'EUR', 190, 'EUR', 14, '{"users": 10, "emails": 2000, "aiCalls": 500, "apiRequests": 1800, "files": 10000, "products": 5000, "leads": 20000, "customers": 20000, "companies": 20000, "contacts": 20000, "deals": 20000, "orders": 10000, "invoices": 10000}'),
  ('PROFESSIONAL', 'Professional', 49, 'EUR', 490, 'EUR', 14, '{"users": 100, "emails": 20000, "aiCalls": 5000, "apiRequests": 6000}'),
  ('ENTERPRISE', 'Enterprise', 199, 'EUR', 1990, 'EUR', 14, '{}');
grant select, update on crm.plans to crm_app;

-- The platform's books about organizations, by organization and across all of them: not the organizations' own data. Without a row an organization is on FREE.
create table crm.subscriptions (
  tenant_id uuid not null,
  plan text not null,
  billing_interval text not null,
  status text not null,
  price_amount numeric not null,
  price_currency text not null,
  period_start timestamptz,
  period_end timestamptz,
  anchor_at timestamptz,
  past_due_since timestamptz,
  trial_used boolean not null default false,
  cancel_at_period_end boolean not null default false,
  next_plan text,
  next_interval text,
  credit_amount numeric,
  credit_currency text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pk_subscriptions primary key (tenant_id),
  constraint fk_subscriptions_tenant_id foreign key (tenant_id) references crm.tenants (id) deferrable initially deferred,
  constraint fk_subscriptions_plan foreign key (plan) references crm.plans (code) deferrable initially deferred,
  constraint fk_subscriptions_next_plan foreign key (next_plan) references crm.plans (code) deferrable initially deferred,
  constraint ck_subscriptions_billing_interval check (billing_interval in ('MONTH', 'YEAR') and (next_interval is null or next_interval in ('MONTH', 'YEAR'))),
  constraint ck_subscriptions_status check (status in ('TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELED')),
  constraint ck_subscriptions_price check ((price_amount is null) = (price_currency is null)),
  constraint ck_subscriptions_credit check ((credit_amount is null) = (credit_currency is null)),
  constraint ck_subscriptions_period check ((period_start is null) = (period_end is null) and (period_end is null) = (plan = 'FREE')),
  constraint ck_subscriptions_past_due_since check ((past_due_since is not null) = (status = 'PAST_DUE'))
);
create index ix_subscriptions_period_end on crm.subscriptions (period_end) where period_end is not null;
create index ix_subscriptions_past_due_since on crm.subscriptions (past_due_since) where past_due_since is not null;

create table crm.subscription_changes (
  tenant_id uuid not null,
  id uuid not null,
  occurred_at timestamptz not null,
  kind text not null,
  plan text not null,
  billing_interval text not null,
  plan_before text not null,
  status text not null,
  -- Who asked for it; nobody when time or the platform did.
  actor_id uuid,
  constraint pk_subscription_changes primary key (tenant_id, id)
);
create index ix_subscription_changes_occurred_at on crm.subscription_changes (occurred_at, kind);

create table crm.subscription_charges (
  tenant_id uuid not null,
  id uuid not null,
  plan text not null,
  billing_interval text not null,
  kind text not null,
  total_amount numeric not null,
  total_currency text not null,
  period_start timestamptz not null,
  period_end timestamptz not null,
  status text not null,
  due_at timestamptz not null,
  paid_at timestamptz,
  created_at timestamptz not null,
  constraint pk_subscription_charges primary key (tenant_id, id),
  constraint fk_subscription_charges_tenant_id foreign key (tenant_id) references crm.tenants (id) deferrable initially deferred,
  constraint ck_subscription_charges_kind check (kind in ('PERIOD', 'PRORATION')),
  constraint ck_subscription_charges_total check ((total_amount is null) = (total_currency is null)),
  constraint ck_subscription_charges_total_amount check (total_amount > 0),
  constraint ck_subscription_charges_status check (status in ('DUE', 'PAID', 'VOID')),
  constraint ck_subscription_charges_paid_at check ((paid_at is not null) = (status = 'PAID'))
);
create index ix_subscription_charges_due_at on crm.subscription_charges (due_at, tenant_id) where status = 'DUE';
create index ix_subscription_charges_id on crm.subscription_charges (id);
grant select, insert, update on crm.subscriptions, crm.subscription_charges to crm_app;
grant select, insert on crm.subscription_changes to crm_app;

-- How much of what is limited an organization uses: a row each, which a command that takes more holds until it commits. What is counted by the month has a row per month.
create table crm.plan_usage (
  tenant_id uuid not null,
  name text not null,
  period date not null,
  used bigint not null,
  constraint pk_plan_usage primary key (tenant_id, name, period),
  constraint ck_plan_usage_used check (used >= 0)
);

do $$
begin
  perform crm.protect('plan_usage');
end $$;
