-- People inspect the queue with sqlite3 under the old system's names: views with its columns and words over the real tables.

CREATE VIEW message_queue AS
SELECT message.id AS id,
       message.agent AS agent_id,
       message.agent AS agent_session,
       message_text.text AS message,
       message.priority AS priority,
       message.id AS sequence_number,
       (SELECT min(after_id) FROM dependency WHERE dependency.message_id = message.id) AS dependency_id,
       message.project AS project_name,
       CASE message.state
         WHEN 'ready' THEN 'pending'
         WHEN 'scheduled' THEN 'pending'
         WHEN 'blocked' THEN 'pending'
         WHEN 'leased' THEN 'pulled'
         ELSE message.state
       END AS status,
       strftime('%Y-%m-%d %H:%M:%S', message.enqueued_at_ms / 1000, 'unixepoch') AS enqueued_at,
       strftime('%Y-%m-%d %H:%M:%S', message.leased_at_ms / 1000, 'unixepoch') AS pulled_at,
       CASE message.state
         WHEN 'delivered' THEN strftime('%Y-%m-%d %H:%M:%S', message.ended_at_ms / 1000, 'unixepoch')
       END AS delivered_at,
       'queued' AS delivery_method,
       CASE WHEN message.lane IS NULL THEN 'agent' WHEN message.lane = 'global' THEN 'global' ELSE 'project' END AS fifo_scope
  FROM message
  JOIN message_text ON message_text.message_id = message.id;
