import { planSampling } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import { estimateMs, networkCalls } from './network-calls.ts';

const plan = (images: number, canvas?: { height: number; width: number; tile?: boolean }) =>
  planSampling({
    shape: { channels: 1, height: 8, width: 8 },
    schedule: createSchedule({ kind: 'linear' }),
    predictionType: 'epsilon',
    seed: 1,
    sampler: 'ddim',
    steps: 5,
    images,
    canvas,
  });

it('networkCalls counts each window of each picture in each step', () => {
  expect(networkCalls(plan(3))).toEqual({ images: 15, windows: 1 });
  // The windows begin at 0, 4 and 8 in both directions.
  expect(networkCalls(plan(3, { height: 16, width: 16 }))).toEqual({ images: 3 * 9 * 5, windows: 9 });
  expect(networkCalls(plan(1, { height: 8, width: 8, tile: true }))).toEqual({ images: 4 * 5, windows: 4 });
});

it('estimateMs scales the time of the latest drawing of the model', () => {
  const drawings = [
    { model: 'a', elapsedMs: 1, record: { plan: plan(1) }, kind: 'edit' },
    { model: 'a', elapsedMs: 1, record: { plan: plan(1) }, isResumed: true },
    { model: 'b', elapsedMs: 2, record: { plan: plan(1) } },
    { model: 'a', elapsedMs: 600, record: { plan: plan(3) } },
    { model: 'a', elapsedMs: 9, record: { plan: plan(3) } },
  ] as const;
  expect(estimateMs(135, 'a', drawings)).toBe(9 * 600);
  expect(estimateMs(135, 'c', drawings)).toBeNull();
  expect(estimateMs(135, 'a', [{ model: 'a', elapsedMs: 5, record: null }])).toBeNull();
});
