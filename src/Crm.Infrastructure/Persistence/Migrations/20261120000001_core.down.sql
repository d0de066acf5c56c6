-- Undoes the core schema; the extensions stay. The schema crm goes only when nothing else lives in it (the migration history may).

drop view if exists
  crm_read.tenant_settings, crm_read.teams, crm_read.members, crm_read.leads, crm_read.customers, crm_read.companies,
  crm_read.contacts, crm_read.products, crm_read.pipelines, crm_read.pipeline_stages, crm_read.deals, crm_read.deal_line_items,
  crm_read.tasks, crm_read.activities, crm_read.idempotency_keys, crm_read.counters, crm_read.events, crm_read.audit_log;
drop schema if exists crm_read;

drop table if exists
  crm.tenant_settings, crm.teams, crm.members, crm.leads, crm.customers, crm.companies, crm.contacts, crm.products, crm.pipelines,
  crm.pipeline_stages, crm.deals, crm.deal_line_items, crm.tasks, crm.activities, crm.idempotency_keys, crm.counters, crm.events,
  crm.audit_log, crm.outbox, crm.login_attempts, crm.service_state, crm.refresh_tokens, crm.user_tenants, crm.users, crm.tenants;

drop function if exists crm.protect(text, boolean), crm.search_query(text), crm.search_vector(text), crm.words(text), crm.joined(text[]),
  crm.fold_pattern(text), crm.fold(text),
  crm.composed(text);
drop text search configuration if exists crm.crm_simple;

do $$
begin
  if not exists (select from pg_catalog.pg_class where relnamespace = 'crm'::regnamespace) then
    drop schema crm;
  else
    revoke all on schema crm from crm_app, crm_reader;
  end if;
end $$;
