import { describe, expect, it } from 'vitest';
import { collect, config as linearConfig, linearEngine, setUp } from '../../testdata/linear-run.ts';
import { checkpointName, memoryStore } from '../checkpoint-store.ts';
import { parseTrainConfig } from '../parse-train-config.ts';
import { train } from '../train.ts';
import { decodeSnapshot } from './snapshot.ts';
import { isSnapshotDue, snapshotName, snapshotSteps, thinned } from './snapshot-store.ts';

const config = parseTrainConfig({ ...linearConfig, ema: { kind: 'power', snapshots: 8 } });
const EVERY = [8, 15, 23, 30, 38, 45, 53, 60];

describe('the snapshots of a run', () => {
  it('are saved at equal intervals, each with the averages of its step', async () => {
    const { options, entries } = setUp({ config });
    await collect(options);
    expect(await snapshotSteps(options.store)).toEqual(EVERY);
    const last = decodeSnapshot(entries.get(snapshotName(60)) ?? new Uint8Array());
    const { ema, ema2 } = await options.engine.readState();
    expect(last).toEqual({ step: 60, lengths: [0.05, 0.1], averages: [ema, ema2] });
    expect(ema).not.toEqual(ema2);
  });

  it('are the same if the run is killed at any step and resumed', async () => {
    const whole = setUp({ config });
    await collect(whole.options);
    for (const killedAt of [23, 30, 37, 45, 59]) {
      const { options, entries } = setUp({ config });
      await collect(options, ({ type, step }) => type === 'step' && step === killedAt);
      await collect({ ...options, engine: linearEngine(), start: 'resume' });
      expect(entries, `killed at ${killedAt}`).toEqual(whole.entries);
    }
  });

  it('are removed after the step from which a run resumes, before it continues', async () => {
    const { options } = setUp({ config });
    await collect(options, ({ type, step }) => type === 'step' && step === 39);
    expect(await snapshotSteps(options.store)).toEqual([8, 15, 23, 30, 38]);
    // The run is killed after step 39, and resumes from step 20.
    await collect({ ...options, engine: linearEngine(), start: 'resume' }, ({ type }) => type === 'begin');
    expect(await snapshotSteps(options.store)).toEqual([8, 15]);
  });

  it('are kept when the run is stopped, and are the same after it resumes', async () => {
    const whole = setUp({ config });
    await collect(whole.options);
    const abort = new AbortController();
    const { options, entries } = setUp({ config, signal: abort.signal });
    for await (const event of train(options)) if (event.type === 'step' && event.step === 38) abort.abort();
    expect(await snapshotSteps(options.store)).toEqual([8, 15, 23, 30, 38]);
    expect([...entries.keys()]).toContain(checkpointName(38));
    const store = memoryStore(entries);
    await collect({ ...setUp({ config }).options, store, start: 'resume' });
    for (const step of EVERY)
      expect(entries.get(snapshotName(step))).toEqual(whole.entries.get(snapshotName(step)));
  });

  it('stay within the configured number when the run is resumed with more steps', async () => {
    const { options } = setUp({ config });
    await collect(options);
    const longer = { ...config, steps: 120 };
    await collect({ ...options, config: longer, engine: linearEngine(), start: 'resume' });
    expect(await snapshotSteps(options.store)).toEqual([15, 30, 45, 60, 75, 90, 105, 120]);
  });

  it('are not written with an exponential average', async () => {
    const { options, entries } = setUp();
    await collect(options);
    expect([...entries.keys()].filter((name) => !name.startsWith('step-'))).toEqual([]);
  });
});

describe('isSnapshotDue', () => {
  it('is true at every step if the run has fewer steps than snapshots', () => {
    const short = { ...config, steps: 5 };
    expect([1, 2, 3, 4, 5].map((step) => isSnapshotDue(short, step))).toEqual([true, true, true, true, true]);
  });
});

describe('thinned', () => {
  it('removes the steps that are closest to their neighbours, but never the last step', () => {
    expect(thinned([10, 20, 30, 31, 40], 4)).toEqual([10, 20, 30, 40]);
    expect(thinned([10, 20, 30, 31], 3)).toEqual([10, 20, 31]);
    expect(thinned([1, 2, 3], 1)).toEqual([3]);
    expect(thinned([1, 2, 3], 8)).toEqual([1, 2, 3]);
  });
});
