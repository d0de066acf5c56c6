drop table crm.schedule_turns;
drop table crm.schedules;
