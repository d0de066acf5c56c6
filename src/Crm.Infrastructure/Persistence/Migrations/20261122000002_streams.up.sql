-- Tickets that open streams. See docs/api/streams.md.

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
