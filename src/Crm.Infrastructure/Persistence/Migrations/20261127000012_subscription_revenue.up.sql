-- What a subscription brings in a month after each change, in the platform's history. Null where a program wrote the line that did not know it: then nothing changed.
alter table crm.subscription_changes
  add column monthly_amount numeric,
  add column monthly_currency text,
  add constraint ck_subscription_changes_monthly check ((monthly_amount is null) = (monthly_currency is null));
create index ix_subscription_changes_tenant_id on crm.subscription_changes (tenant_id, occurred_at, id);

-- What is known of what happened before: the last line is at the price agreed, the others at the prices of today.
update crm.subscription_changes c set monthly_currency = k.currency,
  monthly_amount = case when k.plan = 'FREE' or k.status not in ('ACTIVE', 'PAST_DUE') then 0 else crm.monthly_amount(k.price, k.currency, k.billing_interval, 1) end
from (
  select h.tenant_id, h.id, h.plan, h.status, h.billing_interval,
    case when h.is_last then s.price_amount when h.billing_interval = 'YEAR' then p.yearly_price_amount else p.monthly_price_amount end as price,
    case when h.is_last then s.price_currency else p.monthly_price_currency end as currency
  from (
    select l.*, row_number() over (partition by l.tenant_id order by l.occurred_at desc, l.id desc) = 1 as is_last from crm.subscription_changes l) as h
  join crm.subscriptions s on s.tenant_id = h.tenant_id
  join crm.plans p on p.code = h.plan) as k
where c.tenant_id = k.tenant_id and c.id = k.id;
