-- platform: the trace that a waiting message and a waiting step belong to (a W3C traceparent)
ALTER TABLE outbox_messages ADD COLUMN trace_context text;
ALTER TABLE node_executions ADD COLUMN trace_context text;
-- orchestrator: the trace that a run began in
ALTER TABLE run_requests ADD COLUMN trace_context text;
ALTER TABLE runs ADD COLUMN trace_context text;
