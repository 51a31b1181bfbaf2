/** Fifty messages to an idle agent, one after the other, by a bell typed through tmux alone. */
import assert from 'node:assert/strict';
import { delivered, told } from './message-series.ts';
import { orqOnEachClient } from './orq-on-each-client.ts';

orqOnEachClient(
  'fifty messages are delivered by typed bells alone, and drafts stay intact',
  async (stage) => {
    const { scenario, orq, agentId } = stage;
    const agent = await scenario.startAgent();
    const quiet = () => orq.agent(agentId, ({ state, leased }) => state === 'idle' && leased === 0);
    let drafts = 0;
    const clearedWhenHeld = async (): Promise<void> => {
      await orq.logged(
        'bell_held',
        (lines) => lines.filter(({ reason }) => reason === 'draft present').length > drafts,
      );
      if ((await agent.draft()) === 'half a thou') drafts += 1;
      for (const _letter of 'half a thou') await agent.pane.press('BSpace');
    };
    const took = await delivered(stage, quiet, async (number) => {
      if (number % 10 !== 5) return;
      await agent.waitForDraft('an empty box', (draft) => draft === '');
      await agent.type('half a thou');
      await agent.waitForDraft('the draft', (draft) => draft === 'half a thou');
      void clearedWhenHeld();
    });
    told('tmux', scenario.clientVersion, took);
    assert.equal(drafts, 5);
    assert.ok(orq.events('agent_rung').every(({ rung }) => rung === 'tmux'));
  },
  { ORQ_RUNGS: 'tmux' },
  { timeoutMs: 300_000 },
);
