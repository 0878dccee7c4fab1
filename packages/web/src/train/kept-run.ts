import type { RunRecord } from './run-record.ts';
import type { RunFiles } from './run-storage.ts';
import { isFinished } from './training-view.ts';

/** A run that this browser keeps. */
export interface KeptRun {
  readonly record: RunRecord;
  readonly step: number;
  /** Whether there is nothing left to resume for: no step and no sheet. */
  readonly finished: boolean;
}

export async function keptRun(run: RunFiles): Promise<KeptRun> {
  const record = await run.readRecord();
  const step = await run.lastStep();
  // Its sheet is read only where it decides: it is large.
  const samples = step < record.config.steps ? null : await run.readSamples();
  return { record, step, finished: isFinished(record, step, samples) };
}
