drop view crm_read.lead_routings, crm_read.assignment_turns, crm_read.routing_rules;
drop table crm.lead_routings;
drop table crm.assignment_turns;
drop table crm.routing_rules;
