drop index crm.ix_outbox_dead_at;
drop index crm.ix_workflow_runs_finished_at;
