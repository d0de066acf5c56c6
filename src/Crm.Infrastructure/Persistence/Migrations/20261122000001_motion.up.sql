-- Who follows the log, and how far each has come. See docs/decisions/0037-the-log-is-followed.md.

-- Local: a queue across tenants, like the outbox. A missing row means the beginning of the tenant's log; the row of the tenant zero says that the follower
-- is known, and that tenants from before it were given their place.
create table crm.log_places (
  tenant_id uuid not null,
  follower text not null,
  epoch bigint not null default 0,
  xid bigint not null default 0,
  n integer not null default 0,
  holder uuid,
  held_until timestamptz,
  attempts integer not null default 0,
  next_try_at timestamptz,
  last_error text,
  constraint pk_log_places primary key (tenant_id, follower)
);
grant select, insert, update, delete on crm.log_places to crm_app;
grant select on crm.log_places, crm.tenants to crm_reader;

-- Local: which messages have had their effect, so that one that comes again has none. Written in the transaction of the effect.
create table crm.inbox (
  tenant_id uuid not null,
  consumer text not null,
  message_id text not null,
  received_at timestamptz not null default now(),
  constraint pk_inbox primary key (tenant_id, consumer, message_id)
);
create index ix_inbox_received_at on crm.inbox (received_at);
grant select, insert, update, delete on crm.inbox to crm_app;

-- Tells whose log goes on after where a follower is, and nothing of what is in it: the one question about the log that is asked of all tenants at once.
create function crm.log_behind(followers text[]) returns table (tenant_id uuid, follower text)
  language sql stable security definer set search_path = pg_catalog as $$
  select t.id, f.name
  from crm.tenants t cross join unnest(followers) as f (name)
    left join crm.log_places p on p.tenant_id = t.id and p.follower = f.name
  where (p.next_try_at is null or p.next_try_at <= now()) and (p.held_until is null or p.held_until <= now())
    and exists (select from crm.events e where e.tenant_id = t.id and (e.epoch, e.xid, e.n) > (coalesce(p.epoch, 0), coalesce(p.xid, 0), coalesce(p.n, 0)))
$$;
-- It reads as crm_reader, which sees every tenant's rows and can change none.
grant create on schema crm to crm_reader;
alter function crm.log_behind(text[]) owner to crm_reader;
revoke create on schema crm from crm_reader;
revoke execute on function crm.log_behind(text[]) from public;
grant execute on function crm.log_behind(text[]) to crm_app;
