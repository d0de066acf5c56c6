-- Rules that give new leads to members, whose turn it is, and what came of it. See docs/decisions/0045-leads-are-routed-one-by-one.md.

create table crm.routing_rules (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  description text,
  is_active boolean not null default true,
  position integer,
  condition jsonb,
  strategy text not null,
  user_ids text[] not null default '{}',
  team_id uuid,
  territory_field text collate "und-x-icu",
  territories jsonb not null default '[]',
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
  constraint pk_routing_rules primary key (tenant_id, id),
  constraint ck_routing_rules_strategy check (strategy in ('ROUND_ROBIN', 'LEAST_LOADED', 'TERRITORY')),
  constraint ck_routing_rules_position check (position between 0 and 100000),
  constraint fk_routing_rules_team_id foreign key (tenant_id, team_id) references crm.teams (tenant_id, id) deferrable initially deferred
);
create unique index ux_routing_rules_external_id on crm.routing_rules (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_routing_rules_created_at on crm.routing_rules (tenant_id, created_at, id) where deleted_at is null;
create index ix_routing_rules_updated_at on crm.routing_rules (tenant_id, updated_at, id) where deleted_at is null;
create index ix_routing_rules_name on crm.routing_rules (tenant_id, name, id) where deleted_at is null;
create index ix_routing_rules_position on crm.routing_rules (tenant_id, position, id) where deleted_at is null;
create index ix_routing_rules_strategy on crm.routing_rules (tenant_id, strategy, id) where deleted_at is null;
create index ix_routing_rules_team_id on crm.routing_rules (tenant_id, team_id, created_at, id) where team_id is not null and deleted_at is null;
create index ix_routing_rules_words on crm.routing_rules using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_routing_rules_deletion_id on crm.routing_rules (tenant_id, deletion_id) where deletion_id is not null;
create index ix_routing_rules_deleted on crm.routing_rules (tenant_id, created_at, id) where deleted_at is not null;

-- Who was last: of a routing rule or of a workflow rule (the pool is the rule's id; the slot its territory, or its step).
create table crm.assignment_turns (
  tenant_id uuid not null,
  pool uuid not null,
  slot integer not null,
  last_member_id uuid,
  constraint pk_assignment_turns primary key (tenant_id, pool, slot),
  constraint fk_assignment_turns_last_member_id foreign key (tenant_id, last_member_id) references crm.members (tenant_id, id) deferrable initially deferred
);

-- What came of routing a lead: one row for each time, and one only for the event by which it arrived.
create table crm.lead_routings (
  tenant_id uuid not null,
  id uuid not null,
  lead_id uuid not null,
  event_id uuid,
  outcome text not null,
  rule_id uuid,
  owner_id uuid,
  rules jsonb not null default '[]',
  routed_at timestamptz not null,
  constraint pk_lead_routings primary key (tenant_id, id),
  constraint ck_lead_routings_outcome check (outcome in ('ROUTED', 'UNMATCHED', 'UNASSIGNED', 'CLAIMED')),
  constraint fk_lead_routings_lead_id foreign key (tenant_id, lead_id) references crm.leads (tenant_id, id) deferrable initially deferred,
  constraint fk_lead_routings_owner_id foreign key (tenant_id, owner_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint fk_lead_routings_rule_id foreign key (tenant_id, rule_id) references crm.routing_rules (tenant_id, id) deferrable initially deferred
);
create unique index ux_lead_routings_event_id on crm.lead_routings (tenant_id, event_id) where event_id is not null;
create index ix_lead_routings_lead_id on crm.lead_routings (tenant_id, lead_id, routed_at, id);
create index ix_lead_routings_rule_id on crm.lead_routings (tenant_id, rule_id) where rule_id is not null;

do $$
begin
  perform crm.protect('routing_rules');
  perform crm.protect('assignment_turns');
  perform crm.protect('lead_routings');
end $$;
