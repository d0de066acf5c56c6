drop view crm_read.bank_statement_entries;
drop table crm.bank_statement_entries;
drop view crm_read.bank_statements;
drop table crm.bank_statements;
