drop table crm.webhook_lanes;
drop table crm.webhook_endpoints;
drop view crm_read.webhook_deliveries;
drop table crm.webhook_deliveries;
drop view crm_read.webhook_secrets;
drop table crm.webhook_secrets;
drop view crm_read.webhooks;
drop table crm.webhooks;
delete from crm.log_places where follower = 'webhooks';
