import type { Row } from './bench.ts';
import type { Machine } from './machine.ts';

/** One run of one bench. */
export interface BenchRun {
  readonly bench: string;
  readonly description: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly machine: Machine;
  readonly threads: number;
  /** A try-out with few repetitions. */
  readonly quick: boolean;
  /** Load average of the last minute when the bench began: what else the machine was doing. */
  readonly load: number;
  readonly rows: readonly Row[];
}

/** `performance.json`: the latest run of each bench. */
export interface BenchRecord {
  readonly version: 1;
  readonly runs: readonly BenchRun[];
}

/**
 * A record with some benches run anew; those that were not run stay as they are.
 *
 * @param order names of all benches, in the order of the table; a bench that is gone loses its run
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
 * @param text of `performance.json`; undefined where there is none yet
 * @throws Error the file is not such a record: it would be overwritten, so a person has to look
 */
export function parseRecord(text: string | undefined): BenchRecord {
  if (text === undefined) return { version: 1, runs: [] };
  let record: Partial<BenchRecord> | null;
  try {
    record = JSON.parse(text);
  } catch (cause) {
    throw notARecord(String(cause), cause);
  }
  if (record?.version !== 1) throw notARecord(`version is ${JSON.stringify(record?.version)}; wanted 1`);
  const { runs } = record;
  if (
    !Array.isArray(runs) ||
    !runs.every((run) => typeof run?.bench === 'string' && Array.isArray(run.rows))
  ) {
    throw notARecord('wanted runs, each with bench and rows');
  }
  return { version: 1, runs };
}

/** Text of `performance.json`. */
export function recordText(record: BenchRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

function notARecord(problem: string, cause?: unknown): Error {
  return new Error(`bench: performance.json: ${problem}. Restore or delete the file.`, { cause });
}
