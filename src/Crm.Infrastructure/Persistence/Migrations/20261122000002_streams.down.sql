drop view crm_read.event_consumer_places;
drop table crm.event_consumer_places;
drop view crm_read.event_consumers;
drop table crm.event_consumers;
drop table crm.stream_tickets;
