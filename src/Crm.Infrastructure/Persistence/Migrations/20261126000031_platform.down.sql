drop table crm.platform_log;
alter table crm.tenants drop column name, drop column suspended_at, drop column suspended_reason;
drop index crm.ix_tenants_created_at;
drop index if exists crm.ix_tenants_suspended;
