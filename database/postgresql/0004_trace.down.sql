ALTER TABLE runs DROP COLUMN trace_context;
ALTER TABLE run_requests DROP COLUMN trace_context;
ALTER TABLE node_executions DROP COLUMN trace_context;
ALTER TABLE outbox_messages DROP COLUMN trace_context;
