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

-- What members are told: each row is its member's alone.
create table crm.notifications (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  kind text not null,
  title text collate "und-x-icu" not null,
  body text,
  resource text,
  record_id uuid,
  causation_id uuid,
  occasion text,
  read_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  updated_by uuid,
  deleted_at timestamptz,
  deletion_id uuid,
  team_id uuid,
  external_id text,
  tags text[] not null default '{}',
  custom_fields jsonb not null default '{}',
  constraint pk_notifications primary key (tenant_id, id),
  constraint fk_notifications_member_id foreign key (tenant_id, member_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint fk_notifications_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred,
  constraint ck_notifications_kind check (kind in ('TASK_ASSIGNED', 'TASK_DUE_SOON', 'TASK_OVERDUE', 'DEAL_WON', 'DEAL_LOST', 'MENTION', 'LEAD_ROUTED', 'APPROVAL_REQUESTED', 'WORKFLOW'))
);
create unique index ux_notifications_external_id on crm.notifications (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_notifications_member_id on crm.notifications (tenant_id, member_id, created_at, id) where deleted_at is null;
create index ix_notifications_unread on crm.notifications (tenant_id, member_id, created_at, id) where read_at is null and deleted_at is null;
create index ix_notifications_record_id on crm.notifications (tenant_id, record_id, member_id) where record_id is not null;
create index ix_notifications_deleted on crm.notifications (tenant_id, member_id, created_at, id) where deleted_at is not null;

-- Which kinds reach a member in which way; no row = in the application only.
create table crm.notification_preferences (
  tenant_id uuid not null,
  member_id uuid not null,
  in_app text[] not null,
  email text[] not null,
  sms text[] not null,
  digest text not null,
  digest_hour integer not null,
  phone text,
  -- Until when gathered e-mails have been sent.
  digested_at timestamptz not null,
  constraint pk_notification_preferences primary key (tenant_id, member_id),
  constraint fk_notification_preferences_member_id foreign key (tenant_id, member_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint ck_notification_preferences_digest check (digest in ('NONE', 'DAILY', 'WEEKLY')),
  constraint ck_notification_preferences_digest_hour check (digest_hour between 0 and 23)
);

-- A digest that was sent, or is about to be: what of the time between the two it tells.
create table crm.notification_digests (
  tenant_id uuid not null,
  id uuid not null,
  member_id uuid not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  constraint pk_notification_digests primary key (tenant_id, id),
  constraint fk_notification_digests_member_id foreign key (tenant_id, member_id) references crm.members (tenant_id, id) deferrable initially deferred
);
create index ix_notification_digests_member_id on crm.notification_digests (tenant_id, member_id);

do $$ begin
  perform crm.protect('notifications');
  perform crm.protect('notification_preferences');
  perform crm.protect('notification_digests');
end $$;
