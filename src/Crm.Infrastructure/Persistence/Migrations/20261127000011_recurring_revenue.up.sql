-- What recurring invoices bring in a month, day by day. See docs/decisions/0066-recurring-revenue-is-a-ledger.md.

-- The months of an interval; null of a week, which is none of months.
create function crm.interval_months(unit text) returns integer
  language sql immutable strict
  return case unit when 'MONTH' then 1 when 'QUARTER' then 3 when 'YEAR' then 12 end;

-- The day on which a period begins, counted from the first one as the service counts it: the last day of a month stays it.
create function crm.recurrence_day(starts_on date, unit text, every integer, period integer) returns date
  language sql immutable strict
  return case unit when 'WEEK' then starts_on + 7 * every * period else (starts_on + make_interval(months => every * period * crm.interval_months(unit)))::date end;

-- The day on which the last period is over: the first one after last_day, or the one after as many as remain; null when neither is said, or beyond the calendar.
create function crm.recurrence_end(starts_on date, unit text, every integer, period integer, last_day date, remaining integer) returns date
  language sql immutable
  return (
    select case when d.day <= date '9999-12-31' then d.day end
    from (
      select case unit when 'WEEK' then (last_day - starts_on) / (7 * every)
        else ((extract(year from last_day) - extract(year from starts_on)) * 12 + extract(month from last_day) - extract(month from starts_on))::integer / (every * crm.interval_months(unit)) end as whole) as p
    cross join lateral (
      select least(crm.recurrence_day(starts_on, unit, every, period + case when remaining < 0 then 0 else remaining end),
        case when p.whole is not null then crm.recurrence_day(starts_on, unit, every,
          greatest(period, p.whole + case when crm.recurrence_day(starts_on, unit, every, p.whole) <= last_day then 1 else 0 end)) end) as day) as d);

-- The decimals of a currency (ISO 4217), as the service knows them.
create function crm.minor_digits(currency text) returns integer
  language sql immutable strict
  return case
    when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 0
    when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
    when currency in ('CLF', 'UYW') then 4
    else 2 end;

-- An amount of each period as one of each month; a year has 52 weeks.
create function crm.monthly_amount(amount numeric, currency text, unit text, every integer) returns numeric
  language sql immutable strict
  return round(case unit when 'WEEK' then amount * 52 / (12 * every) else amount / (every * crm.interval_months(unit)) end, crm.minor_digits(currency));

-- What each recurring invoice counts as it stands: the one definition, for those who write the ledger, check it and mend it. What has made its last invoice counts until that one's period is over.
create view crm_read.recurring_revenue_terms as
  select r.tenant_id, r.id as recurring_invoice_id, r.customer_id, r.net_total_currency as currency,
    case when r.status = 'ACTIVE' and r.deleted_at is null then crm.monthly_amount(r.net_total_amount, r.net_total_currency, r.interval, r.every) else 0 end as amount,
    r.starts_on as from_on, e.until_on,
    r.status = 'ENDED' and r.deleted_at is null and coalesce(e.until_on <= crm.recurrence_day(r.starts_on, r.interval, r.every, r.period), false) as is_made
  from crm.recurring_invoices r
  cross join lateral (select crm.recurrence_end(r.starts_on, r.interval, r.every, r.period, r.ends_on, r.occurrences - r.invoice_count) as until_on) as e
  where r.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid;
alter view crm_read.recurring_revenue_terms owner to crm_reader;
grant select on crm_read.recurring_revenue_terms to crm_app;

-- A ledger that is only added to: from that day on a customer pays so much more a month, or less. Days to come are those that are agreed: a first day, a last period.
create table crm.recurring_revenue_entries (
  tenant_id uuid not null,
  id uuid not null default gen_random_uuid(),
  recurring_invoice_id uuid not null,
  customer_id uuid not null,
  effective_on date not null,
  monthly_amount numeric not null,
  monthly_currency text not null,
  constraint pk_recurring_revenue_entries primary key (tenant_id, id),
  constraint fk_recurring_revenue_entries_recurring_invoice_id foreign key (tenant_id, recurring_invoice_id) references crm.recurring_invoices (tenant_id, id) deferrable initially deferred,
  constraint fk_recurring_revenue_entries_customer_id foreign key (tenant_id, customer_id) references crm.customers (tenant_id, id) deferrable initially deferred,
  constraint ck_recurring_revenue_entries_monthly check ((monthly_amount is null) = (monthly_currency is null))
);
create index ix_recurring_revenue_entries_recurring_invoice_id on crm.recurring_revenue_entries (tenant_id, recurring_invoice_id);
create index ix_recurring_revenue_entries_customer_id on crm.recurring_revenue_entries (tenant_id, customer_id, monthly_currency, effective_on) include (monthly_amount);

do $$ begin perform crm.protect('recurring_revenue_entries', append_only => true); end $$;

-- What there was, by the states in the log: each counts from its day to that of the next, but for one that the last invoice ended, which counts until the period is over. Then what
-- the log did not say. Row-level security binds the owner too: tenant by tenant.
do $$
declare
  tenant uuid;
begin
  for tenant in select id from crm.tenants loop
    perform set_config('app.tenant_id', tenant::text, true);
    insert into crm.recurring_revenue_entries (tenant_id, recurring_invoice_id, customer_id, monthly_currency, effective_on, monthly_amount)
    with states as (
      select e.aggregate_id as id, (e.occurred_at at time zone s.time_zone)::date as day, e.version, e.epoch, e.xid, e.n, e.type = 'recurring_invoice.deleted' as is_deleted,
        e.state ->> 'status' as status, (e.state ->> 'customerId')::uuid as customer_id, (e.state -> 'netTotal' ->> 'amount')::numeric as net, e.state -> 'netTotal' ->> 'currency' as currency,
        e.state ->> 'interval' as unit, (e.state ->> 'every')::integer as every, (e.state ->> 'startsOn')::date as starts_on, (e.state ->> 'endsOn')::date as ends_on,
        (e.state ->> 'occurrences')::integer - (e.state ->> 'invoiceCount')::integer as remaining, (e.state ->> 'period')::integer as period
      from crm_read.events e, crm_read.tenant_settings s
      where e.tenant_id = tenant and s.tenant_id = tenant and e.aggregate_type = 'recurring_invoice' and e.state is not null),
    terms as (
      select t.*, crm.recurrence_end(t.starts_on, t.unit, t.every, t.period, t.ends_on, t.remaining) as until_on, crm.recurrence_day(t.starts_on, t.unit, t.every, t.period) as next_on from states t),
    spans as (
      select t.*, lead(t.day) over w as next_day, coalesce(lead(t.status = 'ENDED' and not t.is_deleted and coalesce(t.until_on <= t.next_on, false)) over w, false) as ends_made
      from terms t window w as (partition by t.id order by t.version, t.epoch, t.xid, t.n)),
    counted as (
      select c.id, c.customer_id, c.currency, crm.monthly_amount(c.net, c.currency, c.unit, c.every) as amount, greatest(c.starts_on, c.day) as from_on,
        case when c.ends_made then c.until_on else least(c.until_on, c.next_day) end as to_on
      from spans c where c.status = 'ACTIVE' and not c.is_deleted)
    select tenant, s.id, s.customer_id, s.currency, s.day, sum(s.amount)
    from (
      select c.id, c.customer_id, c.currency, c.from_on as day, c.amount from counted c where c.to_on is null or c.to_on > c.from_on
      union all
      select c.id, c.customer_id, c.currency, c.to_on, -c.amount from counted c where c.to_on > c.from_on) as s
    group by 2, 3, 4, 5 having sum(s.amount) <> 0;

    insert into crm.recurring_revenue_entries (tenant_id, recurring_invoice_id, customer_id, monthly_currency, effective_on, monthly_amount)
    with terms as (
      select t.*, (now() at time zone s.time_zone)::date as today from crm_read.recurring_revenue_terms t, crm_read.tenant_settings s where t.tenant_id = tenant and s.tenant_id = tenant),
    steps as (
      select t.recurring_invoice_id as id, t.customer_id, t.currency, greatest(t.from_on, t.today) as day, t.amount from terms t where t.until_on is null or t.until_on > greatest(t.from_on, t.today)
      union all
      select t.recurring_invoice_id, t.customer_id, t.currency, t.until_on, -t.amount from terms t where t.until_on > greatest(t.from_on, t.today)
      union all
      select e.recurring_invoice_id, e.customer_id, e.monthly_currency, case when t.is_made then t.today else greatest(e.effective_on, t.today) end, -e.monthly_amount
      from terms t join crm_read.recurring_revenue_entries e on e.tenant_id = tenant and e.recurring_invoice_id = t.recurring_invoice_id)
    select tenant, s.id, s.customer_id, s.currency, s.day, sum(s.amount) from steps s group by 2, 3, 4, 5 having sum(s.amount) <> 0;
  end loop;
  perform set_config('app.tenant_id', '', true);
end $$;
