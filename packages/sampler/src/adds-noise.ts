import { planRows } from './plan-rows.ts';
import { prepareRow } from './prepare-row.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** Whether the steps of a plan add noise. Otherwise the images depend only on those that the run begins with. */
export const addsNoise = (plan: SamplingPlan): boolean =>
  planRows(plan).some((row) => prepareRow(row, plan.predictionType).draws.includes(true));
