import { describe, expect, it } from 'vitest';
import { RecentSchedules } from './recent-schedules.ts';
import { createSchedule } from './schedule.ts';
import { MAX_TRAIN_TIMESTEPS } from './schedule-config.ts';

/** Adds schedules of so many timesteps, and tells of which lengths are left. */
function kept(limits: { schedules: number; timesteps: number }, lengths: readonly number[]): number[] {
  const recent = new RecentSchedules(limits);
  for (const T of lengths) recent.add(String(T), createSchedule({ kind: 'linear', numTrainTimesteps: T }));
  return lengths.filter((T) => recent.get(String(T))?.numTrainTimesteps === T);
}

describe('RecentSchedules', () => {
  it('keeps the last few', () => {
    expect(kept({ schedules: 3, timesteps: 1000 }, [1, 2, 3, 4, 5])).toEqual([3, 4, 5]);
  });

  it('keeps no more timesteps in all than allowed, and lets the oldest go for them', () => {
    expect(kept({ schedules: 9, timesteps: 100 }, [30, 40, 20])).toEqual([30, 40, 20]);
    expect(kept({ schedules: 9, timesteps: 100 }, [30, 40, 20, 50])).toEqual([20, 50]);
    expect(kept({ schedules: 9, timesteps: 100 }, [30, 40, 20, 50, 100])).toEqual([100]);
  });

  it('keeps none that is larger than all may be, and loses nothing to it', () => {
    expect(kept({ schedules: 9, timesteps: 100 }, [30, 101, 40])).toEqual([30, 40]);
  });
});

it('createSchedule makes an equal schedule once, and holds the largest no longer than until the next', () => {
  // Compared by ===: toBe would look for differences in a dozen million numbers.
  const make = (numTrainTimesteps: number) =>
    createSchedule({ kind: 'constant', beta: 1e-6, numTrainTimesteps });
  const largest = make(MAX_TRAIN_TIMESTEPS);
  expect(make(MAX_TRAIN_TIMESTEPS) === largest).toBe(true);
  const small = make(10);
  expect(make(10) === small).toBe(true);
  expect(make(MAX_TRAIN_TIMESTEPS) === largest).toBe(false);
});
