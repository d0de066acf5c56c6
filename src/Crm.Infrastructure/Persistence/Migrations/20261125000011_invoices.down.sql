drop view crm_read.invoice_line_items;
drop table crm.invoice_line_items;
drop view crm_read.invoices;
drop table crm.invoices;
