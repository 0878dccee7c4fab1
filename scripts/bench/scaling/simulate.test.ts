import { describe, expect, it } from 'vitest';
import { type Costs, type Setup, simulate } from './simulate.ts';

/** Costs of ranges for which only drawing takes time. */
const FREE: Costs = { draw: 3, variation: 0, start: 0, turnaround: 0, redis: 0, client: 0, network: 0 };
const SETUP: Setup = { ranges: 100, workers: 1, parallel: 1, mostQueued: 2048 };
const seconds = (setup: Partial<Setup>, costs: Partial<Costs>): number =>
  simulate({ ...SETUP, ...setup }, { ...FREE, ...costs }).seconds;

describe('the simulated time', () => {
  it('is ranges × draw for one worker without other costs', () => {
    expect(seconds({}, {})).toBeCloseTo(300, 9);
    expect(seconds({ parallel: 2 }, {})).toBeCloseTo(300, 9);
  });
  it('is start + ⌈ranges ÷ workers⌉ × draw for several workers', () => {
    expect(seconds({ workers: 8 }, {})).toBeCloseTo(13 * 3, 9);
    expect(seconds({ workers: 1000 }, { start: 5 })).toBeCloseTo(5 + 3, 9);
  });
  it('includes every turnaround if a worker has one slot, and none if it has two', () => {
    // The turnaround after the last range is not part of the job.
    expect(seconds({}, { turnaround: 0.5 })).toBeCloseTo(100 * 3.5 - 0.5, 9);
    expect(seconds({ parallel: 2 }, { turnaround: 0.5 })).toBeCloseTo(300, 9);
  });
  it('includes Redis and the network for every range, but the client only for the last', () => {
    expect(seconds({}, { redis: 0.2, network: 0.1, client: 0.25 })).toBeCloseTo(100 * 3.3 + 0.25, 9);
  });
  it.each(['redis', 'client', 'network'] as const)(
    'is draw + ranges × %s if this cost limits the job',
    (name) => {
      expect(seconds({ ranges: 5000, workers: 5000, mostQueued: 5000 }, { [name]: 0.01 })).toBeCloseTo(53, 6);
      const { load } = simulate(
        { ...SETUP, ranges: 5000, workers: 5000, mostQueued: 5000 },
        { ...FREE, [name]: 0.01 },
      );
      expect(load[name]).toBeCloseTo(50 / 53, 6);
    },
  );
  it('is that of 64 workers if the queue holds at most 64 ranges', () => {
    expect(seconds({ ranges: 640, workers: 1000, parallel: 2, mostQueued: 64 }, {})).toBeCloseTo(30, 9);
  });
  it('is within 1 % of ranges × draw if the times of 10,000 ranges vary', () => {
    // The standard error of the mean is 0.1 %.
    expect(seconds({ ranges: 10_000 }, { variation: 0.1 }) / 30_000).toBeCloseTo(1, 2);
  });
});
