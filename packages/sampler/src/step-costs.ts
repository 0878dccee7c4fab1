import { countPlanCalls } from './guided-network.ts';
import type { Row } from './row.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** Time of a row without a network call, as a fraction of the time of a network call. Any small number will do. */
const PLAIN_ROW = 0.01;

/**
 * Estimates the time before each step, in network calls per image. Calls of the guide are included.
 *
 * @returns `[steps + 1]`; the last value is the time of the whole run
 */
export function costBefore(plan: SamplingPlan, rows: readonly Row[]): readonly number[] {
  const costs = [0];
  let cost = 0;
  for (const row of rows) {
    const { network, guide } = countPlanCalls(plan, [row]);
    cost += row.at === null ? PLAIN_ROW : network + guide;
    if (row.endsStep !== false) costs.push(cost);
  }
  return costs;
}
