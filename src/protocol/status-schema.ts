/** Request and reply of the call that says what the daemon is and how it is. */
import Type from 'typebox';
import { atMs, closed, orNull } from './fields.ts';

/** `counts`: messages by state. */
export const statusSchema = <Counts extends Type.TSchema>(counts: Counts) =>
  ({
    request: Type.Object({}, closed),
    reply: Type.Object({
      version: Type.String(),
      pid: Type.Integer(),
      startedAtMs: atMs,
      socket: Type.String(),
      stateDir: Type.String(),
      database: Type.Object({
        journalMode: Type.String(),
        synchronous: Type.Integer({ description: '2 is FULL' }),
        sizeBytes: Type.Integer(),
        walBytes: Type.Integer(),
        isFull: Type.Boolean({ description: 'the disk is full: nothing new is stored' }),
        lock: orNull(
          Type.Object({
            forMs: Type.Integer({ description: 'another program has kept writes waiting for so long' }),
            pid: orNull(Type.Integer()),
            program: orNull(Type.String()),
          }),
        ),
      }),
      messages: counts,
      agents: Type.Object({ known: Type.Integer(), bound: Type.Integer(), waiters: Type.Integer() }),
      hookClient: Type.String({ description: 'native or node' }),
      log: Type.Object({
        level: Type.String(),
        file: orNull(Type.String({ description: 'null: standard error' })),
      }),
      tmux: Type.Object({
        version: orNull(Type.String({ description: 'null: the daemon finds no tmux' })),
        servers: Type.Array(
          Type.Object({
            socket: Type.String(),
            state: Type.String({ description: 'answers, gone, wedged or unseen' }),
            panes: Type.Integer(),
          }),
        ),
      }),
      spool: Type.Object({
        waiting: Type.Integer(),
        rejected: Type.Integer(),
        stuck: Type.Integer({ description: 'done with, and cannot be moved away' }),
      }),
    }),
  }) as const;
