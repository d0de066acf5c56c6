-- Files attached to records; what is being uploaded; how many living records carry each tag.

create table crm.files (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  description text,
  content_type text collate "und-x-icu" not null,
  size integer not null,
  checksum text not null,
  lead_id uuid,
  deal_id uuid,
  customer_id uuid,
  contact_id uuid,
  company_id uuid,
  product_id uuid,
  task_id uuid,
  activity_id uuid,
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
  constraint pk_files primary key (tenant_id, id),
  constraint ck_files_size check (size > 0),
  constraint ck_files_record check (num_nonnulls(lead_id, deal_id, customer_id, contact_id, company_id, product_id, task_id, activity_id) = 1)
);

alter table crm.files
  add constraint fk_files_lead_id foreign key (tenant_id, lead_id) references crm.leads (tenant_id, id) deferrable initially deferred,
  add constraint fk_files_deal_id foreign key (tenant_id, deal_id) references crm.deals (tenant_id, id) deferrable initially deferred,
  add constraint fk_files_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  add constraint fk_files_contact_id foreign key (tenant_id, contact_id) references crm.contacts (tenant_id, id) deferrable initially deferred,
  add constraint fk_files_company_id foreign key (tenant_id, company_id) references crm.companies (tenant_id, id) deferrable initially deferred,
  add constraint fk_files_product_id foreign key (tenant_id, product_id) references crm.products (tenant_id, id) deferrable initially deferred,
  add constraint fk_files_task_id foreign key (tenant_id, task_id) references crm.tasks (tenant_id, id) deferrable initially deferred,
  add constraint fk_files_activity_id foreign key (tenant_id, activity_id) references crm.activities (tenant_id, id) deferrable initially deferred;

create unique index ux_files_external_id on crm.files (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_files_created_at on crm.files (tenant_id, created_at, id) where deleted_at is null;
create index ix_files_updated_at on crm.files (tenant_id, updated_at, id) where deleted_at is null;
create index ix_files_name on crm.files (tenant_id, name, id) where deleted_at is null;
create index ix_files_size on crm.files (tenant_id, size, id) where deleted_at is null;
create index ix_files_content_type on crm.files (tenant_id, content_type, id) where deleted_at is null;
create index ix_files_lead_id on crm.files (tenant_id, lead_id, created_at, id) where lead_id is not null and deleted_at is null;
create index ix_files_deal_id on crm.files (tenant_id, deal_id, created_at, id) where deal_id is not null and deleted_at is null;
create index ix_files_customer_id on crm.files (tenant_id, customer_id, created_at, id) where customer_id is not null and deleted_at is null;
create index ix_files_contact_id on crm.files (tenant_id, contact_id, created_at, id) where contact_id is not null and deleted_at is null;
create index ix_files_company_id on crm.files (tenant_id, company_id, created_at, id) where company_id is not null and deleted_at is null;
create index ix_files_product_id on crm.files (tenant_id, product_id, created_at, id) where product_id is not null and deleted_at is null;
create index ix_files_task_id on crm.files (tenant_id, task_id, created_at, id) where task_id is not null and deleted_at is null;
create index ix_files_activity_id on crm.files (tenant_id, activity_id, created_at, id) where activity_id is not null and deleted_at is null;
create index ix_files_words on crm.files using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
-- Whoever sees only some records has the tags of their files counted: few files have any.
create index ix_files_tagged on crm.files (tenant_id, id) where tags <> '{}' and deleted_at is null;
create index ix_files_deletion_id on crm.files (tenant_id, deletion_id) where deletion_id is not null;
create index ix_files_deleted on crm.files (tenant_id, created_at, id) where deleted_at is not null;
alter table crm.files alter column search set statistics 300;

-- Content that no record refers to yet, across tenants: a queue, like the outbox. See docs/decisions/0030-files.md.
create table crm.file_drafts (
  tenant_id uuid not null,
  id uuid not null,
  created_at timestamptz not null,
  doomed_at timestamptz,
  constraint pk_file_drafts primary key (tenant_id, id)
);
create index ix_file_drafts_created_at on crm.file_drafts (created_at);
grant select, insert, update, delete on crm.file_drafts to crm_app;

-- The sum over its slots is how many living records carry the tag. Several slots, so that commands at once seldom wait for each
-- other. See docs/decisions/0036-tags-are-counted-when-they-change.md.
create table crm.tag_counts (
  tenant_id uuid not null,
  resource text not null,
  tag text collate "und-x-icu" not null,
  slot smallint not null,
  count bigint not null,
  constraint pk_tag_counts primary key (tenant_id, resource, tag, slot)
);

do $$
begin
  perform crm.protect('files');
  perform crm.protect('tag_counts');
end $$;

-- What is there already. Row-level security binds the owner too: tenant by tenant.
do $$
declare
  tenant uuid;
  kind record;
begin
  for tenant in select id from crm.tenants loop
    perform set_config('app.tenant_id', tenant::text, true);
    for kind in
      select * from (values ('leads', 'leads'), ('customers', 'customers'), ('companies', 'companies'), ('contacts', 'contacts'), ('products', 'products'),
        ('pipelines', 'pipelines'), ('deals', 'deals'), ('tasks', 'tasks'), ('activities', 'activities'), ('teams', 'teams'), ('team/members', 'members')) as k (resource, source)
    loop
      execute format($sql$
        insert into crm.tag_counts (tenant_id, resource, tag, slot, count)
        select t.tenant_id, %L, u.tag, 0, count(*) from crm.%I t cross join lateral unnest(t.tags) u (tag)
        where t.tenant_id = $1 and t.deleted_at is null group by t.tenant_id, u.tag$sql$, kind.resource, kind.source) using tenant;
    end loop;
  end loop;
  perform set_config('app.tenant_id', '', true);
end $$;
