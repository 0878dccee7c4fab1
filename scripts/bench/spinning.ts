import { spawn } from 'node:child_process';
import { THREAD_WAITING } from '@isonoise/runtime-node';
import type { Engine, SessionFactory } from '@isonoise/train';
import { InferenceSession } from 'onnxruntime-node';
import type { Bench, Row } from './bench.ts';
import { formatNumber } from './format.ts';
import { interleave } from './interleave.ts';
import { tracedEngine } from './traced-engine.ts';
import { RECORD_BATCH, stepFeeds, workload } from './workload.ts';

/** Settings for waiting threads: sleep immediately, our setting, and ONNX Runtime's default. */
const WAYS = {
  sleeping: { allow_spinning: '0' },
  ours: THREAD_WAITING,
  long: { allow_spinning: '1' },
} as const;

export const spinning: Bench = {
  name: 'spinning',
  description:
    "how ONNX Runtime's threads wait within a training step: sleeping, spinning briefly, or spinning long",
  async run({ threads, quick }) {
    const { network } = workload();
    const feeds = stepFeeds(network, RECORD_BATCH);
    // Create the engines in sequence, because tfjs traces one function at a time.
    const sleeping = await engineThat(WAYS.sleeping);
    const ours = await engineThat(WAYS.ours);
    const long = await engineThat(WAYS.long);
    const contenders = {
      sleeping: () => sleeping.step(feeds),
      ours: () => ours.step(feeds),
      long: () => long.step(feeds),
    };
    const rounds = quick ? 1 : 8;
    const idle = await interleave(contenders, { rounds });
    const other = spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' });
    const beside = await interleave(contenders, { rounds }).finally(() => other.kill());
    await Promise.all([sleeping, ours, long].map((engine) => engine.dispose()));

    // Beside a busy process, use the median, because the best time is that of the least disturbed step.
    const pair = (where: string, times: typeof idle, which: 'best' | 'median'): Row[] =>
      (
        [
          ['sleep immediately', 'sleeping'],
          ["spin for ONNX Runtime's default time", 'long'],
        ] as const
      ).map(([how, name]) => ({
        what: `step whose threads ${how} ÷ ours, ${where}, ${which} time`,
        value: times[name][which] / times.ours[which],
        unit: '×',
        note: `${formatNumber(times[name][which])} ÷ ${formatNumber(times.ours[which])} ms a step; above 1, ours is faster`,
      }));
    return [...pair('without other load', idle, 'best'), ...pair('beside a busy process', beside, 'median')];

    function engineThat(waiting: (typeof WAYS)[keyof typeof WAYS]): Promise<Engine> {
      return tracedEngine(network, RECORD_BATCH, threads, sessionThat(waiting, threads));
    }
  },
};

/** Creates sessions for training, as node-session.ts of the CLI does, with a given way of waiting. */
function sessionThat(waiting: (typeof WAYS)[keyof typeof WAYS], threads: number): SessionFactory {
  return (model) =>
    InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      extra: { session: { set_denormal_as_zero: '1', intra_op: waiting } },
      logSeverityLevel: 3,
    });
}
