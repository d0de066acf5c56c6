-- Webhooks, their secrets and what they are sent; the queue it waits in. See docs/decisions/0039-webhooks.md.

create table crm.webhooks (
  tenant_id uuid not null,
  id uuid not null,
  url text collate "und-x-icu" not null,
  events text[] not null,
  filter jsonb,
  description text,
  is_paused boolean not null default false,
  concurrency_limit integer,
  disabled_at timestamptz,
  disabled_reason text,
  secret_rotated_at timestamptz,
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
  constraint pk_webhooks primary key (tenant_id, id),
  constraint ck_webhooks_concurrency_limit check (concurrency_limit between 1 and 10),
  constraint ck_webhooks_disabled_reason check (disabled_reason in ('GONE', 'FAILING') and disabled_at is not null or disabled_reason is null and disabled_at is null)
);
create unique index ux_webhooks_external_id on crm.webhooks (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_webhooks_created_at on crm.webhooks (tenant_id, created_at, id) where deleted_at is null;

-- Sealed: the key is not in this database. At most one without an end, and one that is good for a while longer.
create table crm.webhook_secrets (
  tenant_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  secret bytea not null,
  expires_at timestamptz,
  constraint pk_webhook_secrets primary key (tenant_id, id),
  constraint fk_webhook_secrets_webhook_id foreign key (tenant_id, webhook_id) references crm.webhooks (tenant_id, id) deferrable initially deferred
);
create unique index ux_webhook_secrets_webhook_id on crm.webhook_secrets (tenant_id, webhook_id) where expires_at is null;
create index ix_webhook_secrets_webhook_id on crm.webhook_secrets (tenant_id, webhook_id);

create table crm.webhook_deliveries (
  tenant_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  event_id uuid not null,
  event_type text not null,
  aggregate_type text not null,
  aggregate_id uuid not null,
  -- The event's place in the log: one record's events are sent in this order.
  epoch bigint not null,
  xid bigint not null,
  n integer not null,
  status text not null default 'PENDING',
  attempt_count integer not null default 0,
  created_at timestamptz not null default now(),
  next_attempt_at timestamptz,
  last_attempt_at timestamptz,
  last_status integer,
  last_error text,
  ended_at timestamptz,
  -- The latest tries, the last one first.
  attempts jsonb not null default '[]',
  constraint pk_webhook_deliveries primary key (tenant_id, id),
  constraint fk_webhook_deliveries_webhook_id foreign key (tenant_id, webhook_id) references crm.webhooks (tenant_id, id) deferrable initially deferred,
  constraint ck_webhook_deliveries_status check (status in ('PENDING', 'DELIVERED', 'FAILED', 'CANCELLED')),
  constraint ck_webhook_deliveries_ended_at check ((status = 'PENDING') = (ended_at is null))
);
create unique index ux_webhook_deliveries_event_id on crm.webhook_deliveries (tenant_id, webhook_id, event_id);
create index ix_webhook_deliveries_created_at on crm.webhook_deliveries (tenant_id, webhook_id, created_at, id);
create index ix_webhook_deliveries_pending on crm.webhook_deliveries (tenant_id, webhook_id, aggregate_id, epoch, xid, n) where status = 'PENDING';
create index ix_webhook_deliveries_ended_at on crm.webhook_deliveries (tenant_id, ended_at) where ended_at is not null;

-- Local: what the queue must know of a webhook. failures counts those in a row; at rest_until the receiver may be asked again that wanted to be left alone.
create table crm.webhook_endpoints (
  tenant_id uuid not null,
  webhook_id uuid not null,
  is_open boolean not null,
  slots integer not null,
  failures integer not null default 0,
  failing_since timestamptz,
  rest_until timestamptz,
  constraint pk_webhook_endpoints primary key (tenant_id, webhook_id)
);

-- Local: a lane is the events of one record for one webhook, which are sent one after the other. It is there while one is pending. The stamp changes when there are more,
-- the claim with every holder: by these who holds it sees whether he still does, and whether the lane is really empty.
create table crm.webhook_lanes (
  tenant_id uuid not null,
  webhook_id uuid not null,
  aggregate_id uuid not null,
  next_try_at timestamptz not null default now(),
  stamp bigint not null default 0,
  claim bigint not null default 0,
  holder uuid,
  held_until timestamptz,
  constraint pk_webhook_lanes primary key (tenant_id, webhook_id, aggregate_id)
);
create index ix_webhook_lanes_next_try_at on crm.webhook_lanes (tenant_id, webhook_id, next_try_at);
create index ix_webhook_lanes_held_until on crm.webhook_lanes (tenant_id, webhook_id, held_until) where held_until is not null;
create index ix_webhook_lanes_holder on crm.webhook_lanes (holder) where holder is not null;

grant select, insert, update, delete on crm.webhook_endpoints, crm.webhook_lanes to crm_app;

do $$
begin
  perform crm.protect('webhooks');
  perform crm.protect('webhook_secrets');
  perform crm.protect('webhook_deliveries');
end $$;
