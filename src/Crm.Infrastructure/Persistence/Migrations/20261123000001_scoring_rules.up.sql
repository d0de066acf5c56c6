-- Rules by which leads get points. See docs/decisions/0044-rules-add-to-the-model.md.

create table crm.lead_scoring_rules (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  description text,
  is_active boolean not null default true,
  condition jsonb,
  points integer not null,
  decay_from text collate "und-x-icu",
  half_life_days integer,
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
  constraint pk_lead_scoring_rules primary key (tenant_id, id),
  constraint ck_lead_scoring_rules_points check (points between -100 and 100),
  constraint ck_lead_scoring_rules_half_life_days check (half_life_days between 1 and 3650),
  constraint ck_lead_scoring_rules_decay_from check ((decay_from is null) = (half_life_days is null))
);
create unique index ux_lead_scoring_rules_external_id on crm.lead_scoring_rules (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_lead_scoring_rules_created_at on crm.lead_scoring_rules (tenant_id, created_at, id) where deleted_at is null;
create index ix_lead_scoring_rules_updated_at on crm.lead_scoring_rules (tenant_id, updated_at, id) where deleted_at is null;
create index ix_lead_scoring_rules_name on crm.lead_scoring_rules (tenant_id, name, id) where deleted_at is null;
create index ix_lead_scoring_rules_points on crm.lead_scoring_rules (tenant_id, points, id) where deleted_at is null;
create index ix_lead_scoring_rules_words on crm.lead_scoring_rules using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_lead_scoring_rules_deletion_id on crm.lead_scoring_rules (tenant_id, deletion_id) where deletion_id is not null;
create index ix_lead_scoring_rules_deleted on crm.lead_scoring_rules (tenant_id, created_at, id) where deleted_at is not null;

do $$
begin
  perform crm.protect('lead_scoring_rules');
end $$;
