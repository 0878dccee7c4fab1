import type { SessionFactory } from '@isonoise/train';
import { InferenceSession } from 'onnxruntime-node';
import type { Bench } from './bench.ts';
import { formatNumber } from './format.ts';
import { interleave } from './interleave.ts';
import { tracedEngine } from './traced-engine.ts';
import { RECORD_BATCH, stepFeeds, workload } from './workload.ts';

export const spinning: Bench = {
  name: 'spinning',
  description:
    'threads of ONNX Runtime that spin while they wait, against threads that sleep, for the training step',
  async run({ threads, quick }) {
    const { network } = workload();
    const feeds = stepFeeds(network, RECORD_BATCH);
    // One after the other: tfjs traces one function at a time.
    const spin = await tracedEngine(network, RECORD_BATCH, threads, sessionThat('1', threads));
    const sleep = await tracedEngine(network, RECORD_BATCH, threads, sessionThat('0', threads));
    const times = await interleave(
      { spin: () => spin.step(feeds), sleep: () => sleep.step(feeds) },
      { rounds: quick ? 1 : 8 },
    );
    await Promise.all([spin.dispose(), sleep.dispose()]);
    const milliseconds = ({ spin: a, sleep: b }: { spin: number; sleep: number }): string =>
      `${formatNumber(b)} ÷ ${formatNumber(a)} ms a step`;
    const note = 'above 1: spinning is faster; beside other work it is not, so look at the load';
    return [
      {
        what: 'step that sleeps ÷ step that spins, best',
        value: times.sleep.best / times.spin.best,
        unit: '×',
        note: `${milliseconds({ spin: times.spin.best, sleep: times.sleep.best })}; ${note}`,
      },
      {
        what: 'step that sleeps ÷ step that spins, median',
        value: times.sleep.median / times.spin.median,
        unit: '×',
        note: milliseconds({ spin: times.spin.median, sleep: times.sleep.median }),
      },
    ];
  },
};

/** Sessions for training (see node-session.ts of the CLI) with spinning allowed or not. */
function sessionThat(allowSpinning: '0' | '1', threads: number): SessionFactory {
  return (model) =>
    InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: allowSpinning } } },
      logSeverityLevel: 3,
    });
}
