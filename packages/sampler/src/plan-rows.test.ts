import { createSchedule } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import { planRows } from './plan-rows.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';

const request: SampleRequest = {
  shape: { channels: 1, height: 1, width: 2 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'epsilon',
  seed: 1,
  images: 1,
  sampler: 'unipc',
  steps: 12,
};
const rowsOf = (changes: Partial<SampleRequest> = {}) => planRows(planSampling({ ...request, ...changes }));

it('plans that differ only in seed, images and class share their rows', () => {
  const rows = rowsOf();
  expect(rows).toHaveLength(12);
  expect(rowsOf({ seed: 2, images: 3, classLabels: 1 })).toBe(rows);
});

it.each<[string, Partial<SampleRequest>]>([
  ['sampler', { sampler: 'dpmpp-2m' }],
  ['setting', { order: 3 }],
  ['number of steps', { steps: 11 }],
  ['spacing', { spacing: 'leading' }],
  ['schedule', { schedule: createSchedule({ kind: 'cosine' }) }],
])('plans that differ in their %s do not share rows', (_what, changes) => {
  const [rows, other] = [rowsOf(), rowsOf(changes)];
  expect(other).not.toEqual(rows);
  expect(rowsOf()).toBe(rows);
  expect(rowsOf(changes)).toBe(other);
});

it('plans that differ in their inpainting do not share rows', () => {
  const plan = planSampling(request);
  const rowsWith = (resample: number) => planRows({ ...plan, inpainting: { resample, jump: 2 } });
  const [once, twice] = [rowsWith(1), rowsWith(2)];
  expect(once).not.toEqual(planRows(plan));
  expect(twice.length).toBeGreaterThan(once.length);
  expect(rowsWith(2)).toBe(twice);
});

it('planRows keeps the rows of the eight latest plans', () => {
  const rows = rowsOf({ steps: 2 });
  for (let steps = 3; steps <= 9; steps++) rowsOf({ steps });
  expect(rowsOf({ steps: 2 })).toBe(rows);
  for (let steps = 3; steps <= 10; steps++) rowsOf({ steps });
  const again = rowsOf({ steps: 2 });
  expect(again).not.toBe(rows);
  expect(again).toEqual(rows);
});

it('planRows keeps at most 8000 rows in all', () => {
  const long = (steps: number) => rowsOf({ sampler: 'heun', steps });
  const rows = long(1000);
  expect(rows).toHaveLength(1999);
  for (const steps of [999, 998, 997]) long(steps);
  expect(long(1000)).toBe(rows);
  for (const steps of [999, 998, 997, 996]) long(steps);
  const again = long(1000);
  expect(again).not.toBe(rows);
  expect(again).toEqual(rows);
});

it('planRows does not keep the rows of a plan with more than 8000 rows, and keeps the rows of other plans', () => {
  const rows = rowsOf();
  const inpainting = { resample: 10, jump: 10 };
  const long = () => planRows({ ...planSampling({ ...request, steps: 1000 }), inpainting });
  const first = long();
  expect(first.length).toBeGreaterThan(8000);
  expect(long()).not.toBe(first);
  expect(rowsOf()).toBe(rows);
});
