-- What people say about agents: that one is paused, and under which names it was known before.
ALTER TABLE agent ADD COLUMN paused_at_ms INTEGER;

-- A name that an agent had. It means the agent for as long as the agent is known, and nobody else can take it.
CREATE TABLE agent_alias (
  alias TEXT PRIMARY KEY NOT NULL,
  agent TEXT NOT NULL REFERENCES agent (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_alias_agent ON agent_alias (agent);

-- Whose sessions these were: all of an agent's change with its name.
CREATE INDEX session_agent ON session (agent, key);
