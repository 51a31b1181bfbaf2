/** A run of the cutover: what each step did, told as it happens, and its record on disk. */
import type { Host } from '../hooks/host.ts';
import { newCutover, readCutover, writeCutover, type CutoverRecord } from './record.ts';

export interface CutoverStep {
  readonly step: 'check' | 'hooks' | 'conflict' | 'units' | 'modes' | 'delivery';
  /** What was done, or would be; empty where there was nothing to do. */
  readonly did: readonly string[];
}

export interface CutoverLog {
  readonly steps: readonly CutoverStep[];
  readonly tell: (step: CutoverStep['step'], did: readonly string[]) => void;
  readonly record: () => CutoverRecord;
  /** Before the change itself; a dry run writes nothing. */
  readonly remember: (more: Partial<CutoverRecord>) => Promise<void>;
}

export interface LogOptions {
  readonly host: Host;
  readonly dryRun: boolean;
  readonly nowMs: number;
  readonly report: (line: string) => void;
}

export async function openCutoverLog({ host, dryRun, nowMs, report }: LogOptions): Promise<CutoverLog> {
  const steps: CutoverStep[] = [];
  let record = (await readCutover(host)) ?? newCutover(nowMs);
  return {
    steps,
    tell: (step, did) => {
      steps.push({ step, did });
      for (const line of did.length > 0 ? did : ['nothing to do']) report(`${step}: ${line}`);
    },
    record: () => record,
    remember: async (more) => {
      record = { ...record, ...more };
      if (!dryRun) await writeCutover(record, host);
    },
  };
}
