import { type CreateSchedule, createSchedule, levelsOf } from '@isonoise/schedule';
import type { Row } from './row.ts';
import { samplers } from './sampler-table.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** Computes the rows of a plan, in order. */
export function planRows(
  {
    sampler,
    schedule: config,
    settings,
    steps,
  }: Pick<SamplingPlan, 'sampler' | 'schedule' | 'settings' | 'steps'>,
  create: CreateSchedule = createSchedule,
): readonly Row[] {
  const schedule = create(config);
  return samplers[sampler].rows({ schedule, levels: levelsOf(schedule, steps) }, settings);
}
