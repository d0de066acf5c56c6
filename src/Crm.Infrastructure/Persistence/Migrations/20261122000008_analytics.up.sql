-- Questions about the log that are asked by time and by cause. Time grows with the rows, so an index by ranges of pages costs writers next to nothing; few events are
-- caused by another one rather than by a request.
create index ix_events_occurred_at on crm.events using brin (tenant_id, occurred_at) with (pages_per_range = 32, autosummarize = on);
create index ix_events_causation_id on crm.events (tenant_id, causation_id) where causation_id is distinct from request_id;
