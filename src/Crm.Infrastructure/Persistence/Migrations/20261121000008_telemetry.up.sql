-- The trace a delivery belongs to (W3C trace context), so that mail and other work after the commit is seen with the request that
-- caused it. Null when nobody records traces.
alter table crm.outbox add column trace_parent text;
