-- A part of the leads of all tenants with their events, and the deals in proportion: three for ten leads. $1 and $2 first and last lead, $3 all of
-- them, $4 tenants, $5 their owners, $6 their pipelines. The first tenant has 30 % of the leads, the others share the rest.
with tenant as (
  select n, tenant_id, owner_id, pipeline_id from unnest($4::uuid[], $5::uuid[], $6::uuid[]) with ordinality as t (tenant_id, owner_id, pipeline_id, n)),
field as (
  select tenant_id, name, number from crm.custom_fields where retired_at is null and deleted_at is null),
stage as (
  select tenant_id, pipeline_id, id, kind, row_number() over (partition by tenant_id, pipeline_id order by position) - 1 as n, count(*) over (partition by tenant_id, pipeline_id) as of
  from crm.pipeline_stages where deleted_at is null),
source as materialized (
  select b.*, t.tenant_id, t.owner_id, t.pipeline_id, ('x' || substr(md5(b.i || 'd'), 1, 6))::bit(24)::int as d,
    tier.number as tier_number, (array['gold', 'silver', 'bronze', 'trial', 'none'])[1 + b.i / 10 % 5] as tier, seats.number as seats_number, 1 + b.i / 7 % 500 as seats
  from pg_temp.bench_leads($1, $2, $3) b
  join tenant t on t.n = case when b.i % 10 < 3 then 1 else 2 + (b.i / 10 * 7 + b.i % 10) % (cardinality($4) - 1) end
  left join field tier on tier.tenant_id = t.tenant_id and tier.name = 'tier'
  left join field seats on seats.tenant_id = t.tenant_id and seats.name = 'seats'),
lead as (
  insert into crm.leads (tenant_id, id, name, email, phone, phone_digits, company, job_title, status, source, value_amount, value_currency, score, notes,
    owner_id, version, created_at, created_by, updated_at, updated_by, tags, custom_fields)
  select tenant_id, id, name, email, phone, regexp_replace(phone, '\D', '', 'g'), company, job_title, status, source, value, case when value is not null then 'EUR' end, score, notes,
    owner_id, 1, at, owner_id, at, owner_id, tags,
    case when tier_number is null then '{}' else jsonb_build_object(tier_number::text, tier, seats_number::text, seats) end
  from source),
entry as (
  insert into crm.custom_values (tenant_id, record_id, field, n, created_at, text_value, number_value)
  select tenant_id, id, tier_number * 1000, 0, at, tier, null from source where tier_number is not null
  union all
  select tenant_id, id, seats_number * 1000, 0, at, null, seats from source where seats_number is not null),
event as (
  insert into crm.events (tenant_id, id, epoch, n, type, aggregate_type, aggregate_id, version, occurred_at, actor_type, actor_id, request_id, correlation_id, source_ip, data, state, owner_id)
  select tenant_id, id, 1, i, 'lead.created', 'lead', id, 1, at, 'USER', owner_id, 'load', 'load', '127.0.0.1', jsonb_build_object('id', id),
    jsonb_build_object('name', name, 'email', email, 'phone', phone, 'company', company, 'jobTitle', job_title, 'website', null, 'status', status, 'source', source,
      'value', case when value is not null then jsonb_build_object('amount', value, 'currency', 'EUR') end, 'ownerId', owner_id, 'score', score, 'notes', notes,
      'tags', to_jsonb(tags), 'externalId', null, 'convertedAt', null, 'customerId', null, 'dealId', null),
    owner_id
  from source)
insert into crm.deals (tenant_id, id, title, pipeline_id, stage_id, value_amount, value_currency, value_stated, opened_on, actual_close_date, closed_at, status,
  owner_id, version, created_at, created_by, updated_at, updated_by)
select s.tenant_id, md5(s.i || 'deal')::uuid, s.company, s.pipeline_id, g.id, round(coalesce(s.value, 100) * 3, 2), 'EUR', true, s.at::date,
  case when g.kind <> 'OPEN' then least(s.at::date + 20 + s.d % 100, current_date) end, case when g.kind <> 'OPEN' then s.at end, g.kind,
  s.owner_id, 1, s.at, s.owner_id, s.at, s.owner_id
from source s
join stage g on g.tenant_id = s.tenant_id and g.pipeline_id = s.pipeline_id and g.n = s.d % g.of
where s.i / 10 % 10 < 3
