-- Recurring work, done once per due time by whichever instance is first. See docs/decisions/0041-schedules-and-notifications.md.

-- Local: a queue across tenants, like the outbox. One row for each schedule that any instance knows.
create table crm.schedules (
  name text not null,
  every interval not null,
  -- When it is due next, and the last due time it was run for to its end.
  next_due timestamptz not null,
  last_due timestamptz,
  holder uuid,
  held_until timestamptz,
  attempts integer not null default 0,
  next_try_at timestamptz,
  last_run_at timestamptz,
  last_outcome text,
  last_error text,
  last_duration interval,
  constraint pk_schedules primary key (name),
  constraint ck_schedules_every check (every > interval '0'),
  constraint ck_schedules_last_outcome check (last_outcome in ('SUCCEEDED', 'FAILED'))
);
grant select, insert, update, delete on crm.schedules to crm_app;

-- Local: for which due time each tenant's turn of a schedule is done. Written in the transaction of what was done.
create table crm.schedule_turns (
  tenant_id uuid not null,
  schedule text not null,
  last_due timestamptz not null,
  constraint pk_schedule_turns primary key (tenant_id, schedule)
);
grant select, insert, update, delete on crm.schedule_turns to crm_app;
