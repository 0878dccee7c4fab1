import type { ModelSpec } from '@isonoise/bundle';
import { planRows, type SamplingPlan } from '@isonoise/sampler';
import type { CreateSchedule } from '@isonoise/schedule';
import { runtimeError } from './errors.ts';

/**
 * Requires that models can be shown every time of a plan.
 *
 * @param plan makes the plan; called only if a model encodes nothing but whole timesteps
 * @throws `RUNTIME_REQUEST` a time is fractional, and a graph encodes only whole timesteps exactly
 */
export function requireTimes(
  models: readonly Pick<ModelSpec, 'name' | 'fractionalTimes'>[],
  plan: () => SamplingPlan,
  create?: CreateSchedule,
): void {
  const older = models.find(({ fractionalTimes }) => fractionalTimes !== true);
  if (older === undefined) return;
  const found = planRows(plan(), create).find(({ at }) => at !== null && !Number.isInteger(at.t));
  if (found === undefined) return;
  throw runtimeError(
    'RUNTIME_REQUEST',
    `sample: the network is shown timestep ${found.at?.t}; expected whole timesteps, as the graph of ${older.name} was ` +
      'exported before fractional ones were encoded exactly. Rebuild the model from its weights (isonoise export-onnx ' +
      '<model> --out <new model>), or choose a spacing of whole timesteps.',
  );
}
