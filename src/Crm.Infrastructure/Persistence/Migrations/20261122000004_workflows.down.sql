-- Takes back rules, their runs, and what the outbox was to get later.

drop view if exists crm_read.workflow_turns, crm_read.workflow_runs, crm_read.workflow_rules;
drop table if exists crm.workflow_hooks, crm.outbox_later, crm.workflow_turns, crm.workflow_runs, crm.workflow_rules;
