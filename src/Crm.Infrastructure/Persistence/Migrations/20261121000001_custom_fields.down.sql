-- Values of custom fields stay in the records, by number; without definitions nothing speaks of them.

drop view crm_read.leads;
alter table crm.leads
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(company, '') || ' ' || coalesce(job_title, '') || ' ' || coalesce(website, '') || ' ' || coalesce(left(notes, 20000), ''))) stored;
create index ix_leads_words on crm.leads using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.leads alter column search set statistics 300;

drop view crm_read.customers;
alter table crm.customers
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(mobile, '') || ' ' || coalesce(mobile_digits, '') || ' ' || coalesce(company, '') || ' ' || coalesce(tax_number, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '') || ' ' || coalesce(region, '') || ' ' || coalesce(postal_code, '') || ' ' || coalesce(left(notes, 20000), ''))) stored;
create index ix_customers_words on crm.customers using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.customers alter column search set statistics 300;

drop view crm_read.companies;
alter table crm.companies
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(domain, '') || ' ' || coalesce(industry, '') || ' ' || coalesce(phone, '') || ' ' || coalesce(phone_digits, '') || ' ' || coalesce(website, '') || ' ' || coalesce(tax_number, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '') || ' ' || coalesce(region, '') || ' ' || coalesce(postal_code, '') || ' ' || coalesce(left(notes, 20000), ''))) stored;
create index ix_companies_words on crm.companies using gin (tenant_id, search, tags, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.companies alter column search set statistics 300;

drop view crm_read.contacts;
alter table crm.contacts
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || crm.joined(emails) || ' ' || crm.joined(phones) || ' ' || crm.joined(phones_digits) || ' ' || coalesce(job_title, '') || ' ' || coalesce(left(notes, 20000), ''))) stored;
create index ix_contacts_words on crm.contacts using gin (tenant_id, search, tags, emails, phones_digits, crm.fold(last_name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.contacts alter column search set statistics 300;

drop view crm_read.products;
alter table crm.products
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(name, '') || ' ' || coalesce(sku, '') || ' ' || coalesce(left(description, 20000), ''))) stored;
create index ix_products_words on crm.products using gin (tenant_id, search, crm.fold(name) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.products alter column search set statistics 300;

drop view crm_read.pipelines;
alter table crm.pipelines
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(name, ''))) stored;

drop view crm_read.deals;
alter table crm.deals
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(title, '') || ' ' || coalesce(lost_reason, '') || ' ' || coalesce(left(notes, 20000), ''))) stored;
create index ix_deals_words on crm.deals using gin (tenant_id, search, tags, crm.fold(title) public.gin_trgm_ops)
  with (gin_pending_list_limit = 512);
alter table crm.deals alter column search set statistics 300;

drop view crm_read.tasks;
alter table crm.tasks
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(title, '') || ' ' || coalesce(left(description, 20000), ''))) stored;
create index ix_tasks_words on crm.tasks using gin (tenant_id, search, tags)
  with (gin_pending_list_limit = 512);
alter table crm.tasks alter column search set statistics 300;

drop view crm_read.activities;
alter table crm.activities
  drop column search,
  drop column custom_words,
  add column search tsvector generated always as (crm.search_vector(
    coalesce(subject, '') || ' ' || coalesce(left(body, 20000), ''))) stored;
create index ix_activities_words on crm.activities using gin (tenant_id, search, tags)
  with (gin_pending_list_limit = 512);
alter table crm.activities alter column search set statistics 300;

drop view crm_read.custom_values, crm_read.custom_fields;
drop function crm.indexed_values(jsonb);
drop table crm.custom_values, crm.custom_fields;

do $$
declare
  name text;
begin
  foreach name in array array['leads', 'customers', 'companies', 'contacts', 'products', 'pipelines', 'deals', 'tasks', 'activities']
  loop
    perform crm.protect(name);
  end loop;
end $$;

-- Without statistics of the new column the planner would guess how common every word is.
analyze crm.leads, crm.customers, crm.companies, crm.contacts, crm.products, crm.pipelines, crm.deals, crm.tasks, crm.activities;
