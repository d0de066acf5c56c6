-- Approvals, and the value above which a deal needs one. See docs/decisions/0040-rules-run-step-by-step.md.

create table crm.approvals (
  tenant_id uuid not null,
  id uuid not null,
  title text collate "und-x-icu" not null,
  description text,
  resource text collate "und-x-icu" not null,
  record_id uuid not null,
  amount_amount numeric,
  amount_currency text,
  approver_ids text[] not null default '{}',
  mode text not null default 'ANY',
  expires_at timestamptz,
  status text not null default 'PENDING',
  votes jsonb not null default '[]',
  decided_at timestamptz,
  requester_id uuid,
  run_id uuid,
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
    coalesce(title, '') || ' ' || coalesce(left(description, 20000), ''))) stored,
  constraint pk_approvals primary key (tenant_id, id),
  constraint ck_approvals_mode check (mode in ('ANY', 'ALL')),
  constraint ck_approvals_status check (status in ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED')),
  constraint fk_approvals_requester_id foreign key (tenant_id, requester_id) references crm.members (tenant_id, id) deferrable initially deferred,
  constraint fk_approvals_run_id foreign key (tenant_id, run_id) references crm.workflow_runs (tenant_id, id) deferrable initially deferred,
  constraint ck_approvals_amount check ((amount_amount is null) = (amount_currency is null))
);
create unique index ux_approvals_external_id on crm.approvals (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_approvals_created_at on crm.approvals (tenant_id, created_at, id) where deleted_at is null;
create index ix_approvals_updated_at on crm.approvals (tenant_id, updated_at, id) where deleted_at is null;
create index ix_approvals_title on crm.approvals (tenant_id, title, id) where deleted_at is null;
create index ix_approvals_record_id on crm.approvals (tenant_id, record_id, status) where deleted_at is null;
create index ix_approvals_words on crm.approvals using gin (tenant_id, search, tags, approver_ids, crm.fold(title) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
create index ix_approvals_deletion_id on crm.approvals (tenant_id, deletion_id) where deletion_id is not null;
create index ix_approvals_deleted on crm.approvals (tenant_id, created_at, id) where deleted_at is not null;

alter table crm.tenant_settings
  add column deal_approval_above_amount numeric,
  add column deal_approval_above_currency text,
  add constraint ck_tenant_settings_deal_approval_above check ((deal_approval_above_amount is null) = (deal_approval_above_currency is null));

do $$
begin
  perform crm.protect('approvals');
  perform crm.protect('tenant_settings');
end $$;
