drop view crm_read.checkouts;
drop view crm_read.payment_accounts;
drop table crm.checkouts;
drop table crm.payment_accounts;
