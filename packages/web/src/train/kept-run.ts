import type { RunRecord } from './run-record.ts';
import type { RunFiles } from './run-storage.ts';
import { isFinished } from './training-view.ts';

/** A run stored in this browser. */
export interface KeptRun {
  readonly record: RunRecord;
  readonly step: number;
  /** Whether all steps are done and the last samples are drawn. */
  readonly finished: boolean;
}

export async function keptRun(run: RunFiles): Promise<KeptRun> {
  const record = await run.readRecord();
  const step = await run.lastStep();
  // Samples are large, so they are read only if the result depends on them.
  const samples = step < record.config.steps ? null : await run.readSamples();
  return { record, step, finished: isFinished(record, step, samples) };
}
