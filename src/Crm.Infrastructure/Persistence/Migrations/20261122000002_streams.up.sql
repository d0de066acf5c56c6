-- Tickets that open streams, and consumers whose place in the log is kept. See docs/api/streams.md.

-- Global: needed before a tenant is known. Whoever uses a ticket takes its row away.
create table crm.stream_tickets (
  ticket_hash bytea not null,
  tenant_id uuid not null,
  user_id uuid not null,
  session_id uuid not null,
  expires_at timestamptz not null,
  constraint pk_stream_tickets primary key (ticket_hash)
);
create index ix_stream_tickets_expires_at on crm.stream_tickets (expires_at);
grant select, insert, delete on crm.stream_tickets to crm_app;

create table crm.event_consumers (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  types text[] not null default '{}',
  aggregate_type text collate "und-x-icu",
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
  constraint pk_event_consumers primary key (tenant_id, id)
);
create unique index ux_event_consumers_name on crm.event_consumers (tenant_id, name) where deleted_at is null;
create unique index ux_event_consumers_external_id on crm.event_consumers (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_event_consumers_created_at on crm.event_consumers (tenant_id, created_at, id) where deleted_at is null;

-- Beside the record: a place moves without a version. A missing row means the beginning of the log.
create table crm.event_consumer_places (
  tenant_id uuid not null,
  consumer_id uuid not null,
  epoch bigint not null,
  xid bigint not null,
  n integer not null,
  updated_at timestamptz not null default now(),
  constraint pk_event_consumer_places primary key (tenant_id, consumer_id),
  constraint fk_event_consumer_places_consumer_id foreign key (tenant_id, consumer_id) references crm.event_consumers (tenant_id, id) deferrable initially deferred
);

do $$
begin
  perform crm.protect('event_consumers');
  perform crm.protect('event_consumer_places');
end $$;
