alter table crm.outbox drop column trace_parent;
