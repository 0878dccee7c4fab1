import { beforeAll, describe, expect, it } from 'vitest';
import { collect, config as linearConfig, linearEngine, setUp } from '../../testdata/linear-run.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { loadLatestCheckpoint, memoryStore } from '../checkpoint-store.ts';
import { parseTrainConfig } from '../parse-train-config.ts';
import { exponentOf } from './power-function.ts';
import { reconstructAverages } from './reconstruct.ts';
import { snapshotName, snapshotSteps } from './snapshot-store.ts';

const STEPS = 60;
/** A constant rate, so that the weights change up to the last step. */
const config = parseTrainConfig({
  ...linearConfig,
  learningRateSchedule: { kind: 'constant' },
  ema: { kind: 'power', snapshots: 12 },
});

/** Weights after each step of a run. */
const trajectory: Float32Array[] = [];
let entries: Map<string, Uint8Array>;
let checkpoint: Checkpoint;

beforeAll(async () => {
  const engine = linearEngine();
  const recorded = {
    ...engine,
    async step(feeds: Parameters<typeof engine.step>[0]) {
      const result = await engine.step(feeds);
      trajectory.push((await engine.readState()).theta);
      return result;
    },
  };
  const run = setUp({ config, engine: recorded });
  await collect(run.options);
  entries = run.entries;
  checkpoint = (await loadLatestCheckpoint(run.options.store)).checkpoint;
});

/** Returns the average of a length at a step, summed over the recorded weights. */
function trueAverage(length: number, step: number): number[] {
  const power = exponentOf(length) + 1;
  const sum = new Float64Array(checkpoint.state.theta.length);
  for (const [i, theta] of trajectory.slice(0, step).entries()) {
    const weight = ((i + 1) / step) ** power - (i / step) ** power;
    for (const [p, value] of theta.entries()) sum[p] = (sum[p] as number) + weight * value;
  }
  return [...sum];
}

/** Returns the largest difference from the expected values, divided by the largest expected value. */
function apart(got: ArrayLike<number>, expected: readonly number[]): number {
  expect(got).toHaveLength(expected.length);
  const most = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs((got[i] as number) - value))) / most;
}

describe('reconstructAverages', () => {
  it('approximates the averages of the recorded weights', async () => {
    expect(trajectory).toHaveLength(STEPS);
    const lengths = [0.04, 0.07, 0.08, 0.12, 0.2];
    const { averages, damaged } = await reconstructAverages(memoryStore(entries), checkpoint, lengths);
    expect(damaged).toEqual([]);
    for (const { length, weights, error } of averages) {
      const expected = trueAverage(length, STEPS);
      // The weights vary little, so the relative error of the average is below the error of its profile.
      expect(apart(weights, expected), `length ${length}`).toBeLessThan(error);
      // A tracked average would not pass this test.
      for (const tracked of [checkpoint.state.ema, checkpoint.state.ema2 ?? []]) {
        expect(apart(tracked, expected), `length ${length}`).toBeGreaterThan(3 * apart(weights, expected));
      }
    }
    expect(averages.map(({ error }) => Number(error.toFixed(3)))).toEqual([
      0.017, 0.007, 0.005, 0.006, 0.038,
    ]);
  });

  it('returns the tracked averages bit for bit', async () => {
    const { averages } = await reconstructAverages(memoryStore(entries), checkpoint, [0.05, 0.1]);
    expect(averages.map(({ error }) => error)).toEqual([0, 0]);
    expect(averages[0]?.weights).toEqual(checkpoint.state.ema);
    expect(averages[1]?.weights).toEqual(checkpoint.state.ema2);
    // The tracked averages equal those of the recorded weights, up to float32 rounding.
    expect(apart(checkpoint.state.ema, trueAverage(0.05, STEPS))).toBeLessThan(1e-6);
    expect(apart(checkpoint.state.ema2 ?? [], trueAverage(0.1, STEPS))).toBeLessThan(1e-6);
  });

  it('returns an average at an earlier step', async () => {
    const store = memoryStore(entries);
    const early = await reconstructAverages(store, checkpoint, [0.1, 0.07], 30);
    expect(apart(early.averages[0]?.weights ?? [], trueAverage(0.1, 30))).toBeLessThan(1e-6);
    expect(apart(early.averages[1]?.weights ?? [], trueAverage(0.07, 30))).toBeLessThan(0.01);
    await expect(reconstructAverages(store, checkpoint, [0.1], 31)).rejects.toMatchObject({
      code: 'RUN_SNAPSHOT_NOT_FOUND',
      message:
        'averages: the run has no usable snapshot at step 31; expected one of 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60.',
    });
  });

  it('leaves out damaged snapshots and reports them', async () => {
    const damagedEntries = new Map(entries);
    const broken = (entries.get(snapshotName(40)) ?? new Uint8Array()).slice();
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    damagedEntries.set(snapshotName(40), broken);
    // Store a copy of a different step under a wrong name.
    damagedEntries.set(snapshotName(50), entries.get(snapshotName(45)) ?? broken);
    const store = memoryStore(damagedEntries);
    const { averages, damaged } = await reconstructAverages(store, checkpoint, [0.07]);
    expect(damaged.map(({ name, error }) => [name, error.message])).toEqual([
      [snapshotName(40), expect.stringContaining('the SHA-256 of its ema2 is')],
      [snapshotName(50), expect.stringContaining('contains step 45; expected the step in its name')],
    ]);
    const [found] = averages;
    expect(found?.error).toBeGreaterThan(0.006);
    expect(apart(found?.weights ?? [], trueAverage(0.07, STEPS))).toBeLessThan(found?.error ?? 0);
  });

  it('refuses a run with an exponential average', async () => {
    const run = setUp();
    await collect(run.options);
    expect(await snapshotSteps(run.options.store)).toEqual([]);
    const { checkpoint: exponential } = await loadLatestCheckpoint(run.options.store);
    await expect(reconstructAverages(run.options.store, exponential, [0.1])).rejects.toThrow(
      'averages: the run has one exponential average, decay 0.999; expected power-function averages. Train with --ema power.',
    );
  });
});
