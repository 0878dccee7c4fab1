import type { Row } from './bench.ts';
import type { Machine } from './machine.ts';

/** One run of one bench. */
export interface BenchRun {
  readonly bench: string;
  readonly description: string;
  /** Time of the run in UTC, in the format of ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  readonly threads: number;
  /** Whether this was a trial run with few repetitions. */
  readonly quick: boolean;
  /** Load average of the minute before the bench began; it shows the machine's other work. */
  readonly load: number;
  readonly rows: readonly Row[];
}

/** Content of `performance.json`: the latest run of each bench. */
export interface BenchRecord {
  readonly version: 1;
  readonly runs: readonly BenchRun[];
}

/**
 * Adds new runs to a record. Each one replaces the earlier run of the same bench.
 *
 * @param order names of all benches, in the order of the table; runs of other benches are dropped
 */
export function mergeRuns(
  record: BenchRecord,
  runs: readonly BenchRun[],
  order: readonly string[],
): BenchRecord {
  const latest = new Map([...record.runs, ...runs].map((run) => [run.bench, run]));
  return { version: 1, runs: order.flatMap((name) => latest.get(name) ?? []) };
}

/**
 * Reads a record.
 *
 * @param text content of `performance.json`; undefined if the file does not exist
 * @throws Error if the text is not a record; callers must then not overwrite the file
 */
export function parseRecord(text: string | undefined): BenchRecord {
  if (text === undefined) return { version: 1, runs: [] };
  let record: Partial<BenchRecord> | null;
  try {
    record = JSON.parse(text);
  } catch (cause) {
    throw notARecord(String(cause), cause);
  }
  if (record?.version !== 1) throw notARecord(`version is ${JSON.stringify(record?.version)}; expected 1`);
  const { runs } = record;
  if (
    !Array.isArray(runs) ||
    !runs.every((run) => typeof run?.bench === 'string' && Array.isArray(run.rows))
  ) {
    throw notARecord('runs are missing or malformed; expected a list, each with bench and rows');
  }
  return { version: 1, runs };
}

/** Formats a record as the content of `performance.json`. */
export function recordText(record: BenchRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

function notARecord(problem: string, cause?: unknown): Error {
  return new Error(`bench: performance.json: ${problem}. Restore or delete the file.`, { cause });
}
