-- The pipeline report added up, so that it need not go over every deal. See docs/decisions/0029-figures-of-deals.md.

-- What each living deal counts in the report: the one definition, for the figures and for those reports that still go over the deals.
-- weighted is a hundred times the value times the probability; of an open deal with its stage's probability the value is in unweighted.
create view crm_read.deal_terms as
  select tenant_id, id as deal_id, pipeline_id, stage_id, status, owner_id, case when owner_id is null then team_id end as team_id, value_currency as currency,
    date_trunc('month', actual_close_date::timestamp)::date as closed_month,
    opened_on, actual_close_date, probability, 1::bigint as deals, coalesce(value_amount, 0) as value,
    coalesce(value_amount, 0) * case status when 'WON' then 100 when 'LOST' then 0 else coalesce(probability, 0) end as weighted,
    case when status = 'OPEN' and probability is null then coalesce(value_amount, 0) else 0 end as unweighted,
    case when status = 'WON' and actual_close_date is not null then 1::bigint else 0 end as cycles,
    case when status = 'WON' and actual_close_date is not null then (actual_close_date - opened_on)::bigint else 0 end as cycle_days
  from crm.deals
  where tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid and deleted_at is null;
alter view crm_read.deal_terms owner to crm_reader;
grant select on crm_read.deal_terms to crm_app;

-- A ledger: whoever changes a deal adds what that changes of the sums, and waits for nobody. Rows of one key are folded into one now and then.
create table crm.deal_figures (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  pipeline_id uuid not null,
  stage_id uuid not null,
  status text not null,
  owner_id uuid,
  team_id uuid,
  currency text,
  closed_month date,
  deals bigint not null,
  value numeric not null,
  weighted numeric not null,
  unweighted numeric not null,
  cycles bigint not null,
  cycle_days bigint not null,
  constraint pk_deal_figures primary key (tenant_id, id),
  constraint fk_deal_figures_pipeline_id foreign key (tenant_id, pipeline_id) references crm.pipelines deferrable initially deferred,
  constraint fk_deal_figures_stage_id foreign key (tenant_id, stage_id) references crm.pipeline_stages deferrable initially deferred,
  constraint fk_deal_figures_owner_id foreign key (tenant_id, owner_id) references crm.members deferrable initially deferred,
  constraint fk_deal_figures_team_id foreign key (tenant_id, team_id) references crm.teams deferrable initially deferred
);

do $$ begin perform crm.protect('deal_figures'); end $$;

-- What is there already. Row-level security binds the owner too: tenant by tenant.
do $$
declare
  tenant uuid;
begin
  for tenant in select id from crm.tenants loop
    perform set_config('app.tenant_id', tenant::text, true);
    insert into crm.deal_figures (tenant_id, pipeline_id, stage_id, status, owner_id, team_id, currency, closed_month, deals, value, weighted, unweighted, cycles, cycle_days)
    select tenant_id, pipeline_id, stage_id, status, owner_id, team_id, currency, closed_month,
      sum(deals), sum(value), sum(weighted), sum(unweighted), sum(cycles), sum(cycle_days)
    from crm_read.deal_terms group by 1, 2, 3, 4, 5, 6, 7, 8;
  end loop;
  perform set_config('app.tenant_id', '', true);
end $$;
