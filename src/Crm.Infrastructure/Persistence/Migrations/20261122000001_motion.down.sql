drop function crm.log_behind(text[]);
drop table crm.inbox;
drop table crm.log_places;
revoke select on crm.tenants from crm_reader;
