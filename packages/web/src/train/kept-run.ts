import type { RunRecord } from './run-record.ts';
import type { RunFiles, RunStorage } from './run-storage.ts';
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

/** A stored run that cannot be read. */
interface DamagedRun {
  readonly name: string;
  readonly error: unknown;
}

export interface StoredRuns {
  /** Newest first. */
  readonly runs: readonly KeptRun[];
  readonly damaged: readonly DamagedRun[];
}

/** Reads all runs. A run that cannot be read does not hide the others. */
export async function readRuns(storage: RunStorage): Promise<StoredRuns> {
  const runs: KeptRun[] = [];
  const failed: DamagedRun[] = [];
  const read = async (name: string): Promise<void> => {
    try {
      runs.push(await keptRun(storage.open(name)));
    } catch (error) {
      failed.push({ name, error });
    }
  };
  await Promise.all((await storage.list()).map(read));
  runs.sort((a, b) => b.record.begun.localeCompare(a.record.begun));
  // Another tab may have deleted a run in the meantime.
  const left = failed.length === 0 ? [] : await storage.list();
  return { runs, damaged: failed.filter(({ name }) => left.includes(name)) };
}
