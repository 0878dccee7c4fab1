import type { Bench } from './bench.ts';
import { runChild } from './child.ts';
import { formatNumber } from './format.ts';

export interface SetupRequest {
  readonly what: 'training' | 'export';
  readonly threads: number;
  /** Number of training steps to run, to measure their peak memory. */
  readonly steps: number;
}

/** Measurements of a start, with times in ms and memory in MiB. */
export interface TrainingSetup {
  readonly traceMs: number;
  readonly sessionMs: number;
  /** Memory of Node, tfjs and ONNX Runtime, before tracing. */
  readonly memoryBefore: number;
  /** Largest memory of the process until the end of the last step. */
  readonly memory: number;
}

export interface ExportSetup {
  readonly traceMs: number;
  /** Time inside `session.run`, mainly for the golden image and the sheet of samples. */
  readonly runMs: number;
  readonly exportMs: number;
}

export const setup: Bench = {
  name: 'setup',
  description:
    'time before the first training step, time of an export, and memory of training; fresh processes',
  async run({ threads, quick }) {
    const runs = quick ? 1 : 5;
    const starts = await repeat(runs, () =>
      runChild<TrainingSetup>('setup-child.ts', {
        what: 'training',
        threads,
        steps: 3,
      } satisfies SetupRequest),
    );
    const exports = await repeat(runs, () =>
      runChild<ExportSetup>('setup-child.ts', { what: 'export', threads, steps: 0 } satisfies SetupRequest),
    );
    const start = least(starts, ({ traceMs, sessionMs }) => traceMs + sessionMs);
    const exported = least(exports, ({ exportMs }) => exportMs);
    const memory = Math.max(...starts.map((run) => run.memory));
    const of = `best of ${runs} fresh processes`;
    return [
      {
        what: 'trace and session of the training step',
        value: (start.traceMs + start.sessionMs) / 1000,
        unit: 's',
        goal: { bound: 'at most', value: 3 },
        note: `trace ${formatNumber(start.traceMs)} ms, session ${formatNumber(start.sessionMs)} ms; ${of}`,
      },
      {
        what: 'export: trace, check against tfjs wasm, golden image, 20 samples, bundle',
        value: exported.exportMs / 1000,
        unit: 's',
        goal: { bound: 'at most', value: 5 },
        note: `including ${formatNumber(exported.traceMs)} ms of tracing and ${formatNumber(exported.runMs)} ms in session.run for drawing and checking; ${of}`,
      },
      {
        what: 'peak memory of training, batch 32',
        value: memory,
        unit: 'MiB',
        note: `including ${formatNumber(start.memoryBefore)} MiB before tracing; largest of ${runs}`,
      },
    ];
  },
};

async function repeat<T>(times: number, run: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < times; i++) results.push(await run());
  return results;
}

function least<T>(values: readonly T[], size: (value: T) => number): T {
  return values.reduce((best, value) => (size(value) < size(best) ? value : best));
}
