import { createSchedule, levelsOf, timestepPairs } from '@isonoise/schedule';
import type { Row } from '../src/row.ts';
import { type SamplerName, samplers } from '../src/sampler-table.ts';
import type { SamplerSettings } from '../src/settings.ts';

const T = 100_000;
// The schedule is so fine that the steps of a long run have nearly equal lengths.
const schedule = createSchedule({ kind: 'constant', beta: 8e-5, numTrainTimesteps: T });

/** The rows of a sampler on a schedule of 100,000 timesteps. */
export const fineRows = (
  name: SamplerName,
  timesteps: readonly number[],
  settings: SamplerSettings = {},
): readonly Row[] => {
  const steps = timestepPairs({ spacing: timesteps, numTrainTimesteps: T });
  return samplers[name].rows({ schedule, levels: levelsOf(schedule, steps) }, settings);
};

/** Images of one pixel before the first step. */
export const START: Float64Array = Float64Array.from([-1.6, -0.8, -0.1, 0.4, 1.3]);

export const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
