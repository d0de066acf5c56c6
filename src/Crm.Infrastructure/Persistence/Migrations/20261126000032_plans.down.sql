drop view crm_read.plan_usage;
drop table crm.plan_usage;
drop table crm.subscription_charges;
drop table crm.subscription_changes;
drop table crm.subscriptions;
drop table crm.plans;
