-- Scores of leads: models fitted to the past, rules, and what both make of a lead beside what is stated about it.

create table crm.lead_scoring_models (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  description text,
  exclude text[] not null default '{}',
  leads integer not null,
  converted integer not null,
  auc numeric not null,
  brier_score numeric not null,
  calibration_error numeric not null,
  calibration text not null,
  parameters text not null,
  activated_at timestamptz,
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
  search tsvector generated always as (crm.search_vector(coalesce(name, ''))) stored,
  constraint pk_lead_scoring_models primary key (tenant_id, id)
);
-- One is active; looked at when the transaction ends, because one takes the other's place in it.
alter table crm.lead_scoring_models add constraint ux_lead_scoring_models_active
  exclude using btree (tenant_id with =) where (activated_at is not null and deleted_at is null) deferrable initially deferred;
create unique index ux_lead_scoring_models_external_id on crm.lead_scoring_models (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_lead_scoring_models_created_at on crm.lead_scoring_models (tenant_id, created_at, id) where deleted_at is null;

-- What rules and the model make of a lead stands beside it and raises no version; what is shown is that, or what is stated where nobody computes.
alter table crm.leads add column computed_score integer constraint ck_leads_computed_score check (computed_score between 0 and 100);
alter table crm.leads add column shown_score integer generated always as (coalesce(computed_score, score)) stored;
create index ix_leads_shown_score on crm.leads (tenant_id, shown_score, id) where deleted_at is null;

do $$
begin
  perform crm.protect('lead_scoring_models');
  perform crm.protect('leads');
end $$;
