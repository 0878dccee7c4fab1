import { describe, expect, it } from 'vitest';
import { type Costs, type Setup, simulate } from './simulate.ts';

/** Costs of drawing alone. */
const FREE: Costs = { draw: 3, variation: 0, start: 0, turnaround: 0, redis: 0, client: 0, network: 0 };
const SETUP: Setup = { ranges: 100, workers: 1, parallel: 1, mostQueued: 2048 };
const seconds = (setup: Partial<Setup>, costs: Partial<Costs>): number =>
  simulate({ ...SETUP, ...setup }, { ...FREE, ...costs }).seconds;

describe('simulate returns the times of closed forms:', () => {
  it('one worker without other costs: ranges × draw', () => {
    expect(seconds({}, {})).toBeCloseTo(300, 9);
    expect(seconds({ parallel: 2 }, {})).toBeCloseTo(300, 9);
  });
  it('several workers: ⌈ranges ÷ workers⌉ × draw, after the start', () => {
    expect(seconds({ workers: 8 }, {})).toBeCloseTo(13 * 3, 9);
    expect(seconds({ workers: 1000 }, { start: 5 })).toBeCloseTo(5 + 3, 9);
  });
  it('one slot waits for each turnaround; a second slot hides it', () => {
    // The pause after the last range is not part of the job.
    expect(seconds({}, { turnaround: 0.5 })).toBeCloseTo(100 * 3.5 - 0.5, 9);
    expect(seconds({ parallel: 2 }, { turnaround: 0.5 })).toBeCloseTo(300, 9);
  });
  it('one slot waits for Redis and the network, but not for the client', () => {
    expect(seconds({}, { redis: 0.2, network: 0.1, client: 0.25 })).toBeCloseTo(100 * 3.3 + 0.25, 9);
  });
  it.each(['redis', 'client', 'network'] as const)('a saturated %s: draw + ranges × its time', (name) => {
    expect(seconds({ ranges: 5000, workers: 5000, mostQueued: 5000 }, { [name]: 0.01 })).toBeCloseTo(53, 6);
    const { load } = simulate(
      { ...SETUP, ranges: 5000, workers: 5000, mostQueued: 5000 },
      { ...FREE, [name]: 0.01 },
    );
    expect(load[name]).toBeCloseTo(50 / 53, 6);
  });
  it('a short queue keeps only its length of workers busy', () => {
    expect(seconds({ ranges: 640, workers: 1000, parallel: 2, mostQueued: 64 }, {})).toBeCloseTo(30, 9);
  });
  it('varying times of ranges keep their mean: within 1 % for 10,000 ranges', () => {
    // The standard error of the mean is 0.1 %.
    expect(seconds({ ranges: 10_000 }, { variation: 0.1 }) / 30_000).toBeCloseTo(1, 2);
  });
});
