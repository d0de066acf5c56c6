-- 100,000 leads of one tenant with their events, as the service would have written them. psql variables: tenant, owner.
\set ON_ERROR_STOP on
\set QUIET on
begin;
set local synchronous_commit = off;
select set_config('app.tenant_id', :'tenant', true) \g /dev/null

\ir ../data/leads.sql
create temporary table bench on commit drop as select * from pg_temp.bench_leads(1, 100000, 100000);

insert into crm.leads (tenant_id, id, name, email, phone, phone_digits, company, job_title, status, source, value_amount, value_currency, score, notes,
  owner_id, version, created_at, created_by, updated_at, updated_by, tags)
select :'tenant', id, name, email, phone, regexp_replace(phone, '\D', '', 'g'), company, job_title, status, source, value, case when value is not null then 'EUR' end, score, notes,
  :'owner', 1, at, :'owner', at, :'owner', tags
from bench order by i;

insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type, actor_id, request_id, correlation_id, source_ip, data, state, owner_id)
select :'tenant', id, 1, i, 'lead.created', 'lead', id, 1, at, 'USER', :'owner', 'load', 'load', '127.0.0.1', jsonb_build_object('id', id),
  jsonb_build_object('name', name, 'email', email, 'phone', phone, 'company', company, 'jobTitle', job_title, 'website', null, 'status', status, 'source', source,
    'value', case when value is not null then jsonb_build_object('amount', value, 'currency', 'EUR') end, 'ownerId', :'owner', 'score', score, 'notes', notes,
    'tags', to_jsonb(tags), 'externalId', null, 'convertedAt', null, 'customerId', null, 'dealId', null),
  :'owner'
from bench order by i;
commit;
