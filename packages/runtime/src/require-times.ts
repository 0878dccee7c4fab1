import type { ModelSpec } from '@isonoise/bundle';
import { planRows, type SamplingPlan } from '@isonoise/sampler';
import type { CreateSchedule } from '@isonoise/schedule';
import { runtimeError } from './errors.ts';

/**
 * Requires that the graphs of all models encode every time of a plan exactly.
 *
 * @param plan creates the plan; called only if some graph encodes only whole timesteps exactly
 * @throws `RUNTIME_REQUEST` if a time is fractional but some graph encodes only whole timesteps exactly
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
    `sample: got the fractional timestep ${found.at?.t}; expected whole timesteps, because the graph of ${older.name} ` +
      'was exported by a version that did not encode fractional ones exactly. Rebuild the model from its weights ' +
      '(isonoise export-onnx <model> --out <new model>), or choose a spacing of whole timesteps.',
  );
}
