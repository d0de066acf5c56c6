-- Workflow rules and their runs. See docs/decisions/0040-rules-run-step-by-step.md.

create table crm.workflow_rules (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  description text,
  is_active boolean not null default true,
  resource text collate "und-x-icu" not null,
  trigger jsonb not null,
  conditions jsonb,
  actions jsonb not null,
  bulk_policy text not null default 'RUN',
  active_since timestamptz,
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
    coalesce(name, '') || ' ' || coalesce(left(description, 20000), ''))) stored,
  constraint pk_workflow_rules primary key (tenant_id, id),
  constraint ck_workflow_rules_bulk_policy check (bulk_policy in ('RUN', 'THROTTLE', 'SUPPRESS'))
);
create unique index ux_workflow_rules_external_id on crm.workflow_rules (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_workflow_rules_created_at on crm.workflow_rules (tenant_id, created_at, id) where deleted_at is null;
create index ix_workflow_rules_updated_at on crm.workflow_rules (tenant_id, updated_at, id) where deleted_at is null;
create index ix_workflow_rules_name on crm.workflow_rules (tenant_id, name, id) where deleted_at is null;
create index ix_workflow_rules_resource on crm.workflow_rules (tenant_id, resource, id) where deleted_at is null;
create index ix_workflow_rules_bulk_policy on crm.workflow_rules (tenant_id, bulk_policy, id) where deleted_at is null;
create index ix_workflow_rules_words on crm.workflow_rules using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_workflow_rules_deletion_id on crm.workflow_rules (tenant_id, deletion_id) where deletion_id is not null;
create index ix_workflow_rules_deleted on crm.workflow_rules (tenant_id, created_at, id) where deleted_at is not null;

-- A run per event that set a rule off. Its actions are those of the rule when it began.
create table crm.workflow_runs (
  tenant_id uuid not null,
  id uuid not null,
  rule_id uuid not null,
  rule_version integer not null,
  trigger text not null,
  resource text not null,
  record_id uuid,
  event_id uuid,
  correlation_id text,
  status text not null,
  reason text,
  conditions jsonb not null default '[]',
  steps jsonb not null default '[]',
  actions jsonb not null default '[]',
  next_step integer not null default 0,
  attempts integer not null default 0,
  due_at timestamptz,
  payload jsonb,
  has_fired boolean not null default false,
  created_at timestamptz not null,
  finished_at timestamptz,
  constraint pk_workflow_runs primary key (tenant_id, id),
  constraint ck_workflow_runs_status check (status in ('RUNNING', 'WAITING', 'SUCCEEDED', 'FAILED', 'SKIPPED', 'STOPPED', 'SUPPRESSED')),
  constraint fk_workflow_runs_rule_id foreign key (tenant_id, rule_id) references crm.workflow_rules (tenant_id, id) deferrable initially deferred
);
-- A rule runs once per event, whoever asks it again.
create unique index ux_workflow_runs_event_id on crm.workflow_runs (tenant_id, event_id, rule_id) where event_id is not null;
create index ix_workflow_runs_rule_id on crm.workflow_runs (tenant_id, rule_id, created_at, id);
create index ix_workflow_runs_fired on crm.workflow_runs (tenant_id, rule_id, created_at) where has_fired;

-- Whose turn it is, per step; as step -1, when a throttled rule may run next; as step -2, up to when a rule that goes by the clock has run.
create table crm.workflow_turns (
  tenant_id uuid not null,
  rule_id uuid not null,
  step integer not null,
  turn bigint not null,
  slot_at timestamptz,
  constraint pk_workflow_turns primary key (tenant_id, rule_id, step),
  constraint fk_workflow_turns_rule_id foreign key (tenant_id, rule_id) references crm.workflow_rules (tenant_id, id) deferrable initially deferred
);

do $$
begin
  perform crm.protect('workflow_rules');
  perform crm.protect('workflow_runs');
  perform crm.protect('workflow_turns');
end $$;

-- Local: what the outbox gets later, across tenants. One row per sink and id; another time takes the place of the one before.
create table crm.outbox_later (
  tenant_id uuid not null,
  sink text not null,
  id uuid not null,
  due_at timestamptz not null,
  constraint pk_outbox_later primary key (tenant_id, sink, id)
);
create index ix_outbox_later_due_at on crm.outbox_later (due_at);
grant select, insert, update, delete on crm.outbox_later to crm_app;

-- Global: whose rule a secret address runs, before a tenant is known.
create table crm.workflow_hooks (
  token_hash bytea not null,
  tenant_id uuid not null,
  rule_id uuid not null,
  constraint pk_workflow_hooks primary key (token_hash)
);
create unique index ux_workflow_hooks_rule_id on crm.workflow_hooks (tenant_id, rule_id);
grant select, insert, update, delete on crm.workflow_hooks to crm_app;
