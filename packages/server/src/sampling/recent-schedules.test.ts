import { createSchedule, MAX_TRAIN_TIMESTEPS } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { RecentSchedules, recentSchedule } from './recent-schedules.ts';

/** Adds schedules with these numbers of timesteps. @returns the numbers of timesteps of the kept schedules */
function kept(limits: { schedules: number; timesteps: number }, lengths: readonly number[]): number[] {
  const recent = new RecentSchedules(limits);
  for (const T of lengths) recent.add(String(T), createSchedule({ kind: 'linear', numTrainTimesteps: T }));
  return lengths.filter((T) => recent.get(String(T))?.numTrainTimesteps === T);
}

describe('RecentSchedules', () => {
  it('keeps the most recent schedules', () => {
    expect(kept({ schedules: 3, timesteps: 1000 }, [1, 2, 3, 4, 5])).toEqual([3, 4, 5]);
  });

  it('bounds the total timesteps by removing the oldest schedules', () => {
    expect(kept({ schedules: 9, timesteps: 100 }, [30, 40, 20])).toEqual([30, 40, 20]);
    expect(kept({ schedules: 9, timesteps: 100 }, [30, 40, 20, 50])).toEqual([20, 50]);
    expect(kept({ schedules: 9, timesteps: 100 }, [30, 40, 20, 50, 100])).toEqual([100]);
  });

  it('does not keep a schedule above the limit, and removes no schedule for it', () => {
    expect(kept({ schedules: 9, timesteps: 100 }, [30, 101, 40])).toEqual([30, 40]);
  });
});

it('recentSchedule reuses equal schedules, and drops a schedule of maximum size when it creates another one', () => {
  // The schedules are compared with ===, because a failing toBe would print a diff of twelve million numbers.
  const make = (numTrainTimesteps: number) =>
    recentSchedule({ kind: 'constant', beta: 1e-6, numTrainTimesteps });
  const largest = make(MAX_TRAIN_TIMESTEPS);
  expect(make(MAX_TRAIN_TIMESTEPS) === largest).toBe(true);
  const small = make(10);
  expect(make(10) === small).toBe(true);
  expect(make(MAX_TRAIN_TIMESTEPS) === largest).toBe(false);
});
