drop view crm_read.leads;
alter table crm.leads drop column shown_score, drop column computed_score;
drop view crm_read.lead_scoring_models;
drop table crm.lead_scoring_models;
do $$
begin
  perform crm.protect('leads');
end $$;
