drop view crm_read.deal_figures;
drop table crm.deal_figures;
drop view crm_read.deal_terms;
