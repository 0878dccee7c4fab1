import { planRows } from './plan-rows.ts';
import { prepareRows } from './prepare-row.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** Whether the steps of a plan add noise. If not, the images depend only on the images at the start of the run. */
export const addsNoise = (plan: SamplingPlan): boolean =>
  prepareRows(planRows(plan), plan.predictionType).some(({ draws }) => draws.includes(true));
