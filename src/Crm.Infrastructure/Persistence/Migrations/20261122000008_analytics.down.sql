drop index crm.ix_events_causation_id;
drop index crm.ix_events_occurred_at;
