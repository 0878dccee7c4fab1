import { THREAD_WAITING } from '@isonoise/runtime-node';
import type { Engine, SessionFactory } from '@isonoise/train';
import { InferenceSession } from 'onnxruntime-node';
import type { Bench, Row } from './bench.ts';
import { formatNumber } from './format.ts';
import { interleave, type Timing } from './interleave.ts';
import { tracedEngine } from './traced-engine.ts';
import { RECORD_BATCH, stepFeeds, workload } from './workload.ts';

/** Threads that sleep at once, as ours are set, and as ONNX Runtime has them. */
const WAYS = {
  sleeping: { allow_spinning: '0' },
  ours: THREAD_WAITING,
  long: { allow_spinning: '1' },
} as const;

export const spinning: Bench = {
  name: 'spinning',
  description:
    'how threads of ONNX Runtime wait for their next piece of a training step: asleep, spinning a little, or long',
  async run({ threads, quick }) {
    const { network } = workload();
    const feeds = stepFeeds(network, RECORD_BATCH);
    // One after the other: tfjs traces one function at a time.
    const sleeping = await engineThat(WAYS.sleeping);
    const ours = await engineThat(WAYS.ours);
    const long = await engineThat(WAYS.long);
    const times = await interleave(
      { sleeping: () => sleeping.step(feeds), ours: () => ours.step(feeds), long: () => long.step(feeds) },
      { rounds: quick ? 1 : 8 },
    );
    await Promise.all([sleeping, ours, long].map((engine) => engine.dispose()));
    const row = (name: string, than: Timing, which: 'best' | 'median'): Row => ({
      what: `step whose threads ${name} ÷ ours, ${which}`,
      value: than[which] / times.ours[which],
      unit: '×',
      note: `${formatNumber(than[which])} ÷ ${formatNumber(times.ours[which])} ms a step; above 1: ours is faster`,
    });
    const each = (which: 'best' | 'median'): Row[] => [
      row('sleep at once', times.sleeping, which),
      row("spin for ONNX Runtime's default time", times.long, which),
    ];
    return [...each('best'), ...each('median')];

    function engineThat(waiting: (typeof WAYS)[keyof typeof WAYS]): Promise<Engine> {
      return tracedEngine(network, RECORD_BATCH, threads, sessionThat(waiting, threads));
    }
  },
};

/** Sessions for training (see node-session.ts of the CLI) whose threads wait in some way. */
function sessionThat(waiting: (typeof WAYS)[keyof typeof WAYS], threads: number): SessionFactory {
  return (model) =>
    InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      extra: { session: { set_denormal_as_zero: '1', intra_op: waiting } },
      logSeverityLevel: 3,
    });
}
