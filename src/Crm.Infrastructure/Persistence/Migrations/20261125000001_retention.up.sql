-- What has ended is forgotten by when it ended: an hour's look must not read what is kept.
create index ix_workflow_runs_finished_at on crm.workflow_runs (tenant_id, finished_at) where finished_at is not null;
create index ix_outbox_dead_at on crm.outbox (tenant_id, dead_at) where dead_at is not null;
