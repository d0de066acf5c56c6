drop index crm.ix_invoices_issue_date;
create index ix_invoices_issue_date on crm.invoices (tenant_id, issue_date, id) where issue_date is not null and deleted_at is null;
