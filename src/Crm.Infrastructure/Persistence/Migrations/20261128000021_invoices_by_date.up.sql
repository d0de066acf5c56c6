-- Lists by the day of issue, the newest first: drafts, which have none, come last, and so the index has them too.
drop index crm.ix_invoices_issue_date;
create index ix_invoices_issue_date on crm.invoices (tenant_id, issue_date desc nulls last, id desc) where deleted_at is null;
