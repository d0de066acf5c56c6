-- Templates of documents, and files that belong to one: its logo.

create table crm.document_templates (
  tenant_id uuid not null,
  id uuid not null,
  name text collate "und-x-icu" not null,
  type text not null,
  language text collate "und-x-icu" not null default 'en',
  subject text,
  header text,
  html text not null,
  footer text,
  css text,
  primary_color text not null default '#1f4e79',
  text_color text not null default '#222222',
  font_family text not null default 'DejaVu Sans',
  logo_file_id uuid,
  is_default boolean not null default false,
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
  constraint pk_document_templates primary key (tenant_id, id),
  constraint fk_document_templates_logo_file_id foreign key (tenant_id, logo_file_id) references crm.files (tenant_id, id) deferrable initially deferred,
  -- One default for each kind and language, whoever wants another at the same time; while one takes the other's place, both are.
  constraint ux_document_templates_type exclude (tenant_id with =, type with =, language with =) where (is_default and deleted_at is null) deferrable initially deferred,
  constraint ck_document_templates_type check (type in ('OFFER', 'ORDER', 'INVOICE', 'REMINDER', 'LETTER', 'EMAIL')),
  constraint ck_document_templates_language check (language in ('en', 'bg'))
);
create unique index ux_document_templates_external_id on crm.document_templates (tenant_id, external_id) where external_id is not null and deleted_at is null;
create index ix_document_templates_created_at on crm.document_templates (tenant_id, created_at, id) where deleted_at is null;
create index ix_document_templates_logo_file_id on crm.document_templates (tenant_id, logo_file_id) where logo_file_id is not null;

alter table crm.files
  add column document_template_id uuid,
  add constraint fk_files_document_template_id foreign key (tenant_id, document_template_id) references crm.document_templates (tenant_id, id) deferrable initially deferred,
  drop constraint ck_files_record,
  add constraint ck_files_record check (num_nonnulls(lead_id, deal_id, customer_id, contact_id, company_id, product_id, task_id, activity_id, document_template_id) = 1);
create index ix_files_document_template_id on crm.files (tenant_id, document_template_id, created_at, id) where document_template_id is not null and deleted_at is null;

do $$
begin
  perform crm.protect('document_templates');
  perform crm.protect('files');
end $$;
