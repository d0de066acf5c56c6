-- Takes back what subscriptions bring in a month.
drop index crm.ix_subscription_changes_tenant_id;
alter table crm.subscription_changes drop constraint ck_subscription_changes_monthly, drop column monthly_amount, drop column monthly_currency;
