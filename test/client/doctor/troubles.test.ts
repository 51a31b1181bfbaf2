/** The four cases of the old guide's troubleshooting, and what else keeps mail from agents: each is set up, found and explained. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Check } from '../../../client/doctor/check.ts';
import { until } from '../../support/until.ts';
import { openFleet } from '../../daemon/restarts/fleet.ts';
import { orqctl } from '../orqctl/run-orqctl.ts';
import { openPatient, type Patient } from './patient.ts';

function assertFound(
  findings: ReadonlyMap<string, Check>,
  name: string,
  found: RegExp,
  remedy: RegExp,
): void {
  const check = findings.get(name);
  assert.ok(check, `${name} is not among ${[...findings.keys()].join(', ')}`);
  assert.match(check.found, found);
  assert.match(check.remedy ?? '', remedy);
}

const settingsOf = ({ site }: Patient): string => join(site, '.claude/settings.local.json');

function edited(patient: Patient, edit: (settings: { hooks: Record<string, unknown> }) => object): void {
  const file = settingsOf(patient);
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { hooks: Record<string, unknown> };
  writeFileSync(file, JSON.stringify(edit(settings)));
}

describe('hooks that do not trigger', { timeout: 300_000 }, () => {
  it('are found where none are installed, and nothing is wrong once their client has spoken', async () => {
    await using patient = await openPatient();
    const claude = await patient.claude('early');
    assertFound(await patient.findings(), 'hooks of work:early', /no settings file/, /hooks install .*site$/);
    await patient.orqctl('hooks', 'install', patient.site);
    assertFound(
      await patient.findings(),
      'hooks of work:early',
      /never called: the session began/,
      /one prompt/,
    );
    await claude.hooks.say('SessionStart', { source: 'startup' });
    await until(async () => (await patient.findings()).size === 0 || undefined);
    const { stdout } = await patient.orqctl('doctor', patient.site);
    assert.match(stdout, /hooks of work:early: .* taken for work:early; its last event was SessionStart/);
  });

  it('are found where the workspace is not trusted', async () => {
    await using patient = await openPatient();
    await patient.orqctl('hooks', 'install', patient.site);
    patient.trust(false);
    await patient.claude('stranger');
    const findings = await patient.findings();
    assertFound(findings, `trust of ${patient.site}`, /does not say that it is trusted/, /accept its trust/);
    assertFound(findings, 'hooks of work:stranger', /does not trust/, /trust dialog/);
  });

  it('are found where the client cannot be run, is switched off, or is too old', async () => {
    await using patient = await openPatient();
    await patient.orqctl('hooks', 'install', patient.site);
    chmodSync(patient.folder.at('data/orq/bin/orq-hook'), 0o600);
    const mute = await patient.findings();
    assertFound(mute, 'probe', /cannot be run/, /hooks install/);
    assertFound(mute, 'hooks', /not executable/, /hooks install/);
    await patient.orqctl('hooks', 'install', patient.site);
    edited(patient, (settings) => ({ ...settings, disableAllHooks: true }));
    assertFound(await patient.findings(), 'hooks', /disableAllHooks is on/, /take disableAllHooks out/);
    edited(patient, (settings) => ({ ...settings, disableAllHooks: false }));
    const old = await patient.claude('old', '2.1.110');
    await old.hooks.say('SessionStart', { source: 'startup' });
    assertFound(await patient.findings(), 'clients', /2\.1\.110 lacks PostToolBatch.*work:old/, /2\.1\.197/);
  });
});

describe('messages that are not delivered', { timeout: 300_000 }, () => {
  it('are found where nobody bears the name, the agent is paused, or nothing can ring it', async () => {
    await using patient = await openPatient();
    await patient.orqctl('hooks', 'install', patient.site);
    for (const name of ['deaf', 'resting']) {
      const { hooks } = await patient.claude(name);
      await hooks.say('SessionStart', { source: 'startup' });
      await patient.client.enqueue({ agent: `work:${name}`, text: 't' });
    }
    await patient.client.enqueue({ agent: 'work:daef', text: 't' });
    await patient.client.agentPause({ agent: 'work:resting' });
    const findings = await patient.findings();
    assertFound(findings, 'mail', /nobody is called work:daef/, /orqctl agents/);
    assertFound(findings, 'mail', /work:resting has 1 ready, idle, paused/, /orqctl agent resume/);
    assertFound(findings, 'waiters', /work:deaf/, /one prompt/);
  });
});

describe('context that is lost on compaction', { timeout: 300_000 }, () => {
  it('is found where the hooks that bring it back are missing', async () => {
    await using patient = await openPatient();
    await patient.orqctl('hooks', 'install', patient.site);
    const gone = ['SessionStart', 'PostCompact'];
    edited(patient, ({ hooks }) => ({
      hooks: Object.fromEntries(Object.entries(hooks).filter(([event]) => !gone.includes(event))),
    }));
    const findings = await patient.findings();
    assertFound(
      findings,
      'hooks',
      /context is lost at a compaction.*summary of a compaction/,
      /hooks install/,
    );
  });
});

describe('an agent that is not started again', { timeout: 300_000 }, () => {
  const diagnosed = async (socket: string, HOME: string): Promise<Check | undefined> => {
    const { stdout } = await orqctl(['doctor', '--json'], { socket, env: { HOME }, cwd: HOME });
    return (JSON.parse(stdout) as { checks: Check[] }).checks.find(
      ({ name, ok }) => name === 'restarts' && !ok,
    );
  };

  it('is found with its limit', async () => {
    await using fleet = await openFleet({ ORQ_RESTART_LIMIT: '1' });
    const worker = await fleet.start('loop');
    process.kill((await worker.alive(1)).pid, 'SIGKILL');
    process.kill((await worker.alive(2)).pid, 'SIGKILL');
    await until(async () => (await fleet.outcomes(worker.agent))[0]?.endsWith('held') || undefined);
    const check = await diagnosed(fleet.daemon.socket, fleet.folder);
    const { heldAgents, restarts } = await fleet.client.stats({});
    assert.equal(heldAgents, 1);
    const outcomes = restarts.map(({ outcome, count }) => `${outcome} ${count}`);
    assert.deepEqual(new Set(outcomes), new Set(['held 1', 'restarted 1']));
    assert.match(check?.found ?? '', /work:loop is held .*crash loop/);
    assert.match(check?.remedy ?? '', /orqctl agent resume work:loop; orqctl restarts --agent work:loop/);
  });

  it('is found where nobody said that it should be', async () => {
    await using fleet = await openFleet({ ORQ_AUTO_RESTART: 'off' });
    const worker = await fleet.start('left');
    process.kill((await worker.alive(1)).pid, 'SIGKILL');
    await until(async () => (await fleet.outcomes(worker.agent))[0]?.endsWith('none') || undefined);
    const check = await diagnosed(fleet.daemon.socket, fleet.folder);
    assert.match(check?.found ?? '', /work:left is gone \(pane_lost\) .*automatic restart is off/);
    assert.match(check?.remedy ?? '', /agent restart-policy work:left on/);
  });
});
