drop view crm_read.lead_scoring_rules;
drop table crm.lead_scoring_rules;
