/**
 * What happens to messages, told by the rows themselves: triggers that are there only while somebody listens, so that no verb can forget to
 * tell and none pays for it. They are temporary, which is to say of this connection alone, and leave nothing in the file.
 */
import { changeOfMove } from '../../queue/change.ts';
import type { Clock } from '../../queue/clock.ts';
import type { ChangeKind, MessageState } from '../../protocol/message.ts';
import type { Change } from '../../protocol/change-schema.ts';
import type { QueueStore } from '../../queue/store.ts';
import type { Database } from './database.ts';
import type { Journal } from './group-commit.ts';

/** Rides on the primary keys. */
const TELL = `
  CREATE TEMP TRIGGER tell_insert AFTER INSERT ON main.message
  BEGIN
    SELECT tell_change('queued', NULL, NEW.state, NEW.id, NEW.agent, NULL, NULL, NULL, NULL);
  END;
  CREATE TEMP TRIGGER tell_move AFTER UPDATE OF state ON main.message WHEN NEW.state <> OLD.state
  BEGIN
    SELECT tell_change(NULL, OLD.state, NEW.state, NEW.id, NEW.agent, NULL,
                       (SELECT session_id FROM session WHERE key = ifnull(NEW.lease_session, OLD.lease_session)),
                       ifnull(NEW.lease_event, OLD.lease_event), CASE WHEN NEW.state = 'dead' THEN NEW.reason END);
  END;
  CREATE TEMP TRIGGER tell_adoption AFTER UPDATE OF agent ON main.message WHEN NEW.agent <> OLD.agent
  BEGIN
    SELECT tell_change('adopted', NULL, NEW.state, NEW.id, NEW.agent, NULL, NULL, NULL, NULL);
  END;
  CREATE TEMP TRIGGER tell_receipt AFTER INSERT ON main.receipt
  BEGIN
    SELECT tell_change(NEW.kind, NULL, state, id, agent, NEW.at_ms, NEW.session_id, NEW.event, NULL)
      FROM message WHERE id = NEW.message_id;
  END`;
const HUSH = `
  DROP TRIGGER temp.tell_insert; DROP TRIGGER temp.tell_move; DROP TRIGGER temp.tell_adoption; DROP TRIGGER temp.tell_receipt`;

type Listener = Parameters<QueueStore['listen']>[0];

export interface Changes extends Journal {
  listen(listener: Listener): Disposable;
}

export function prepareChanges(db: Database, clock: Clock): Changes {
  let told: Change[] = [];
  const listeners = new Set<{ readonly tell: Listener }>();
  const tell = (
    kind: ChangeKind | null,
    from: MessageState,
    state: MessageState,
    id: number,
    agent: string,
    atMs: number | null,
    session: string | null,
    event: string | null,
    reason: string | null,
  ): null => {
    const change = { id, agent, kind: kind ?? changeOfMove(from, state), state };
    told.push({ ...change, atMs: atMs ?? clock.nowMs(), session, event, reason });
    return null;
  };
  db.function('tell_change', { varargs: true }, tell as (...facts: unknown[]) => unknown);

  return {
    get length() {
      return told.length;
    },
    cut: (length) => void told.splice(length),
    publish: () => {
      if (told.length === 0) return;
      const changes = told;
      told = [];
      for (const listener of listeners) listener.tell(changes);
    },
    listen: (listener) => {
      const entry = { tell: listener };
      if (listeners.size === 0) db.exec(TELL);
      listeners.add(entry);
      return {
        [Symbol.dispose]: () => {
          if (listeners.delete(entry) && listeners.size === 0 && db.open) db.exec(HUSH);
        },
      };
    },
  };
}
