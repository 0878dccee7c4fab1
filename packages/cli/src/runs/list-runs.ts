import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@isonoise/error';
import { checkpointSteps, type Metrics, parseMetrics, type TrainConfig } from '@isonoise/train';
import { lockHolder } from '../lock-file.ts';
import { LOCK, readRunDirectory } from '../run-directory.ts';
import { readRunRecord } from '../training/run-record.ts';

/** State of a run. A `broken` run cannot be resumed. */
export type RunState = 'running' | 'done' | 'stopped' | 'broken';

/** A row of `isonoise runs`. */
export interface RunSummary {
  readonly name: string;
  readonly path: string;
  readonly state: RunState;
  /** The process that trains the run; null if the run is not running. */
  readonly by: string | null;
  /** The reason why the run is broken; null if the run is not broken. */
  readonly reason: string | null;
  /** The last step in the metrics; 0 without metrics, null if a file of the run cannot be read. */
  readonly step: number | null;
  readonly steps: number | null;
  /** Smoothed loss of the last step. */
  readonly loss: number | null;
  /** Remaining seconds, estimated from the pace of the last steps. Null if unknown; 0 if the run is done. */
  readonly secondsLeft: number | null;
  /** Path of the last sample sheet; null if there is none. */
  readonly sheet: string | null;
  readonly dataset: string | null;
  readonly begun: string | null;
}

/**
 * Lists the runs in a folder, sorted by name. A subfolder with any file of a run is listed as a run.
 *
 * @returns the runs; empty if the folder does not exist
 */
export async function listRuns(folder: string): Promise<readonly RunSummary[]> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const runs: RunSummary[] = [];
  for (const name of names.sort()) {
    const path = join(folder, name);
    if (await isRunLike(path)) runs.push(await summarize(name, path));
  }
  return runs;
}

/** Whether a folder contains a file or subfolder of a run. The run may be broken. */
export async function isRunLike(path: string): Promise<boolean> {
  const names = await readdir(path).catch((): string[] => []);
  return ['config.json', 'run.json', 'metrics.jsonl', 'checkpoints', LOCK].some((name) =>
    names.includes(name),
  );
}

async function summarize(name: string, path: string): Promise<RunSummary> {
  const by = await lockHolder(join(path, LOCK));
  const sheet = await lastSheet(path);
  const unknown = { step: null, steps: null, loss: null, secondsLeft: null, dataset: null, begun: null };
  try {
    const run = await readRunDirectory(path);
    const [config, record, saved] = [
      await run.readConfig(),
      await readRunRecord(path),
      await checkpointSteps(run.store),
    ];
    const lines = await lastMetrics(join(path, 'metrics.jsonl'));
    const step = lines.at(-1)?.step ?? 0;
    const done = (saved[0] ?? 0) >= config.steps;
    const state = by !== null ? 'running' : done ? 'done' : 'stopped';
    return {
      name,
      path,
      state,
      by,
      reason: null,
      step,
      steps: config.steps,
      loss: lines.at(-1)?.loss_smoothed ?? null,
      secondsLeft: secondsLeft(lines, config),
      sheet,
      dataset: record.data.dataset,
      begun: record.begun,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // A running run without config.json is new, because this file is written last.
    return by === null
      ? { name, path, ...unknown, state: 'broken', by, reason, sheet }
      : { name, path, ...unknown, state: 'running', by, reason: null, sheet };
  }
}

/** Number of the last steps from which the pace is computed. */
const RECENT = 21;
/** Number of bytes that are read at the end of metrics.jsonl. A line has about 200 bytes. */
const TAIL = 2 ** 16;

function secondsLeft(lines: readonly Metrics[], { steps, batchSize }: TrainConfig): number | null {
  const left = steps - (lines.at(-1)?.step ?? 0);
  if (left <= 0) return 0;
  const rates = lines
    .slice(-RECENT)
    .map((line) => line.images_per_second)
    .sort((a, b) => a - b);
  const rate = rates[Math.floor(rates.length / 2)] ?? 0;
  return rate > 0 ? (left * batchSize) / rate : null;
}

async function lastMetrics(path: string): Promise<readonly Metrics[]> {
  const size = (await stat(path).catch(() => null))?.size ?? 0;
  if (size === 0) return [];
  const file = await open(path);
  try {
    const start = Math.max(0, size - TAIL);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    // If the file was not read from the start, the first line may be incomplete.
    return parseMetrics(start === 0 ? text : text.slice(text.indexOf('\n') + 1));
  } finally {
    await file.close();
  }
}

async function lastSheet(path: string): Promise<string | null> {
  const names = await readdir(join(path, 'samples')).catch(() => []);
  const last = names
    .filter((name) => /^step-\d+\.png$/.test(name))
    .sort()
    .at(-1);
  return last === undefined ? null : join(path, 'samples', last);
}
