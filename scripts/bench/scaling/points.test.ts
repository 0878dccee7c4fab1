import { expect, it } from 'vitest';
import { pointsOf, workersWith } from './points.ts';

const SETUP = { ranges: 100_000, parallel: 2, mostQueued: 2048 };
const COSTS = { draw: 1, variation: 0, start: 0, turnaround: 0, redis: 0, client: 0, network: 0 };

it('the efficiency falls if there are more than draw ÷ redis workers, which saturate Redis', () => {
  const points = pointsOf({ ...SETUP, ranges: 4000 }, { ...COSTS, redis: 1 / 100 });
  expect(points.find(({ workers }) => workers === 64)?.efficiency).toBeGreaterThan(0.98);
  // 1,000 workers are ten times as many as Redis can serve.
  expect(points.at(-1)?.efficiency).toBeCloseTo(0.1, 2);
  expect(workersWith(points, 0.9)).toBe(91);
});

it('the worker-hours do not depend on the number of workers if only drawing takes time', () => {
  const points = pointsOf({ ...SETUP, ranges: 2000 }, COSTS);
  // At the end, each worker is idle for at most the time of one range. The job has 2,000 ranges.
  for (const { workers, workerHours } of points)
    expect(workerHours / (2000 / 3600)).toBeLessThan(1 + workers / 2000 + 1e-9);
});
