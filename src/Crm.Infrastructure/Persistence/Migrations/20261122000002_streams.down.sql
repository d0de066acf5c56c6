drop table crm.stream_tickets;
