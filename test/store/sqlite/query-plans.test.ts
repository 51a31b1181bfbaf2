/** Every statement of the store rides on the index that the comment above it names, also after somebody ran ANALYZE. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { DATABASE_FILE } from '../../../src/store/sqlite/store.ts';
import { prepareOptimizing } from '../../../src/store/sqlite/optimize.ts';
import { openPlain } from '../../../src/store/sqlite/database.ts';
import { testFolder } from '../../support/folder.ts';
import { openTestStore } from '../../support/store.ts';

const SOURCE = fileURLToPath(new URL('../../../../src/store/sqlite', import.meta.url));

/** Statements of the start and of upkeep, which run once and are told by their own tests. */
const AT_START = ['migrate.ts'];

interface Stated {
  readonly name: string;
  readonly comment: string;
  readonly pattern: RegExp;
}

/** Constants of SQL with the comment above them, as the source has them. */
function statementsInSource(): Stated[] {
  return readdirSync(SOURCE)
    .filter((file) => !AT_START.includes(file))
    .flatMap((file) => {
      const source = readFileSync(join(SOURCE, file), 'utf8');
      const constants = source.matchAll(
        /(?:\/\*\* ((?:(?!\*\/)[\s\S])*) \*\/\n)?const ([A-Z_]+)(?:: [^=\n]+)? =\s*(`[^`]*`|\{[\s\S]*?\n\});/g,
      );
      return Array.from(constants).flatMap(([, comment = '', name = '', body = '']) =>
        Array.from(body.matchAll(/`([^`]*)`/g)).map(([, template = '']) => ({
          name: `${file} ${name}`,
          comment,
          pattern: new RegExp(
            `^${template
              .split(/\$\{[^}]*\}/)
              .map((part) => escaped(part))
              .join('[\\s\\S]*')}$`,
          ),
        })),
      );
    });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What the store prepares when it opens, in order. */
async function preparedBy(run: () => Promise<void>): Promise<string[]> {
  const prepared: string[] = [];
  const original = Object.getOwnPropertyDescriptor(Sqlite.prototype, 'prepare');
  if (!original) throw new Error('better-sqlite3 has no prepare');
  Object.defineProperty(Sqlite.prototype, 'prepare', {
    ...original,
    value: function prepare(this: Sqlite.Database, sql: string): unknown {
      prepared.push(sql);
      return Reflect.apply(original.value as (sql: string) => unknown, this, [sql]);
    },
  });
  try {
    await run();
    return prepared;
  } finally {
    Object.defineProperty(Sqlite.prototype, 'prepare', original);
  }
}

function planOf(db: Sqlite.Database, sql: string): string[] {
  const parameters = Object.fromEntries(Array.from(sql.matchAll(/@(\w+)/g), ([, name = '']) => [name, 1]));
  const rows = db.prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(parameters);
  return rows.map(({ detail }) => detail);
}

/** Many messages of few agents, most of them finished, as a database looks after a while. */
function seed(db: Sqlite.Database): void {
  db.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
    INSERT INTO message (agent, state, max_failures, enqueued_at_ms, ready_at_ms, ended_at_ms, thread_id, reason)
    SELECT 'agent' || (i % 20), CASE WHEN i % 100 = 0 THEN 'ready' WHEN i % 250 = 1 THEN 'dead' ELSE 'delivered' END, 5, i, i,
           CASE WHEN i % 100 = 0 THEN NULL ELSE i END, CASE WHEN i % 7 = 0 THEN 't' || (i % 30) END, 'r' FROM n;
    INSERT INTO message_text SELECT id, 'text' FROM message;
    INSERT INTO agent (id, first_seen_ms, last_seen_ms) SELECT DISTINCT agent, 1, 1 FROM message;
    INSERT INTO session (session_id, pid, pid_start, agent, standing, state, last_event, last_event_ms, started_at_ms)
      SELECT 's' || id, rowid, 'b', id, 'bound', 'idle', 'Stop', 1, 1 FROM agent;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
    INSERT INTO session (session_id, pid, pid_start, agent, standing, state, last_event, last_event_ms, started_at_ms, ended_at_ms)
      SELECT 'old' || i, i, 'old', 'agent' || (i % 20), 'ended', 'ended', 'SessionEnd', 1, 1, 2 FROM n;`);
}

describe('statements', () => {
  const stated = statementsInSource();
  let prepared: string[] = [];
  const plans: Record<string, Map<string, string[]>> = {};
  let indexes: string[] = [];

  before(async () => {
    await using folder = testFolder({ inMemory: true });
    const stateDir = folder.at('state');
    prepared = await preparedBy(async () => {
      await using _ = openTestStore({ stateDir });
    });
    prepared = prepared.filter(
      (sql) => stated.some(({ pattern }) => pattern.test(sql)) || /\bmessage|session|agent/.test(sql),
    );
    const db = openPlain(join(stateDir, DATABASE_FILE));
    try {
      const selectIndexes = db.prepare<[], { name: string }>(
        `SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`,
      );
      indexes = selectIndexes.all().map(({ name }) => name);
      const explainAll = () => new Map(prepared.map((sql) => [sql, planOf(db, sql)]));
      plans['in an empty database'] = explainAll();
      seed(db);
      db.exec('ANALYZE');
      plans['in a grown one that was analyzed'] = explainAll();
      const optimizing = prepareOptimizing(db);
      db.exec('DELETE FROM sqlite_stat1');
      optimizing.renew('ANALYZE');
      plans['in a grown one of which maintenance looked at few rows'] = explainAll();
    } finally {
      db.close();
    }
  });

  test('are each a named constant that says what it rides on, but for plain inserts', () => {
    assert.ok(prepared.length > 50, `${prepared.length} statements`);
    for (const sql of prepared) {
      const constant = stated.find(({ pattern }) => pattern.test(sql));
      assert.ok(constant, `no constant holds ${sql}`);
      if (!/^\s*INSERT/.test(sql))
        assert.match(
          constant.comment,
          /[Rr]ides on|[Ww]alks|As many/,
          `${constant.name} says nothing of its plan`,
        );
    }
  });

  test('hold no bound LIMIT: SQLite would compile them anew at every run', () => {
    assert.deepEqual(
      prepared.filter((sql) => /LIMIT @/.test(sql)),
      [],
    );
  });

  const WHEN = [
    'in an empty database',
    'in a grown one that was analyzed',
    'in a grown one of which maintenance looked at few rows',
  ];
  for (const when of WHEN)
    test(`ride on what they say, ${when}`, () => {
      const wrong: string[] = [];
      for (const sql of prepared) {
        const constant = stated.find(({ pattern }) => pattern.test(sql));
        const plan = plans[when]?.get(sql) ?? [];
        const text = plan.join('\n');
        const fault = constant && faultOf(constant, sql, plan, indexes);
        if (fault) wrong.push(`${constant.name}: ${fault}\n  ${text.replaceAll('\n', '\n  ')}`);
      }
      assert.equal(wrong.join('\n'), '');
    });
});

function faultOf(
  { comment }: Stated,
  sql: string,
  plan: readonly string[],
  indexes: readonly string[],
): string | undefined {
  if (!/[Rr]ides on|[Ww]alks/.test(comment)) return undefined;
  const text = plan.join('\n');
  const named = indexes.filter((index) => new RegExp(`\\b${index}\\b`).test(comment));
  const state = /(?<!\+)\bstate = '(\w+)'/.exec(sql)?.[1];
  const perState = state && /partial index of its state/.test(comment) ? [`message_${state}`] : [];
  for (const index of [...named, ...perState])
    if (!new RegExp(`INDEX ${index}\\b`).test(text)) return `does not use ${index}`;
  if (/message_\w+ alone/.test(comment) && !/COVERING INDEX/.test(text))
    return 'reads rows besides the index';
  if (
    /primary key/.test(comment) &&
    !/PRIMARY KEY|sqlite_autoindex/.test(text) &&
    !/^SCAN message$/m.test(text)
  )
    return 'does not use a primary key';
  const small =
    /As many|may be sorted/.test(comment) || /state = '(ready|scheduled|blocked|leased)' AND id </.test(sql);
  const scan = plan.find((line) => /^SCAN (?!CONSTANT ROW)/.test(line));
  if (scan && !small && !/[Ww]alks/.test(comment)) return `has ${scan}`;
  if (!small && /ORDER BY/.test(sql) && plan.some((line) => /TEMP B-TREE/.test(line))) return 'sorts';
  return undefined;
}
