drop view crm_read.notification_digests;
drop view crm_read.notification_preferences;
drop view crm_read.notifications;
drop table crm.notification_digests;
drop table crm.notification_preferences;
drop table crm.notifications;
drop table crm.schedule_turns;
drop table crm.schedules;
