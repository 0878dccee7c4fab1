import { applyGuidance } from './apply-guidance.ts';
import { type Condition, tagRows } from './condition.ts';
import type { Denoiser, LevelNetwork } from './denoiser.ts';
import { samplerError } from './errors.ts';
import { isInInterval } from './guidance-interval.ts';
import type { Row } from './row.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import { countWindows } from './windows.ts';

type GuidedPlan = Pick<
  SamplingPlan,
  'guidance' | 'guidedBy' | 'guidanceRescale' | 'guidanceInterval' | 'nullClass' | 'tags'
>;

/** The fields of a plan that its network depends on. */
export type DrawnPlan = GuidedPlan & Pick<SamplingPlan, 'shape' | 'windows' | 'blend'>;

/**
 * Applies the guidance of a plan to a network. Outside the guidance interval, only the network itself is called.
 *
 * @throws `SAMPLER_REQUEST` if the plan needs a guide and none is given, or if a guide is given that the plan does not
 *   need
 */
export function guidedNetwork(
  denoise: Denoiser,
  plan: GuidedPlan,
  guide: Denoiser | undefined,
): Denoiser | LevelNetwork {
  requireGuide(plan, guide);
  const { guidance, guidanceRescale: rescale, guidanceInterval } = plan;
  const away = guide === undefined ? avoidedCondition(plan) : { guide };
  if (away === null) return denoise;
  const network = applyGuidance(denoise, { guidance, rescale, ...away });
  if (guidanceInterval === null || guidance === 1) return network;
  return { at: (level) => (isInInterval(guidanceInterval, level) ? network : denoise) };
}

/**
 * Returns the condition that classifier-free guidance steers away from: "no class", or the negative tags; null if the
 * model has neither.
 */
function avoidedCondition({ nullClass, tags }: GuidedPlan): { readonly away: Condition } | null {
  if (tags !== undefined) return { away: tagRows([tags.without], tags.count) };
  return nullClass === null ? null : { away: Int32Array.of(nullClass) };
}

/**
 * Requires a guide if a plan needs one, and none otherwise.
 *
 * @throws `SAMPLER_REQUEST` if the guide is missing or not needed
 */
export function requireGuide({ guidedBy }: Pick<SamplingPlan, 'guidedBy'>, guide: unknown): void {
  if ((guidedBy === 'network') === (guide !== undefined)) return;
  throw samplerError(
    'SAMPLER_REQUEST',
    guide === undefined
      ? 'sample: guide is missing; expected the second network that guides this run. Add guide.'
      : 'sample: got a guide, but the run is not guided by a second network; expected none. Leave guide out.',
  );
}

/** Number of images that each network computes in a run for each drawn image. */
export interface CallCounts {
  readonly network: number;
  readonly guide: number;
}

/**
 * Number of images that the network computes in a call for one drawn image, before guidance: one for each window, and
 * twice as many with a blend.
 */
export const imagesPerCall = (plan: Pick<SamplingPlan, 'shape' | 'windows' | 'blend'>): number =>
  countWindows(plan) * (plan.blend === undefined ? 1 : 2);

/**
 * Counts the images that each network computes for one image drawn. Guidance by the null class or by negative tags
 * doubles the images of a call ({@link imagesPerCall}).
 */
export function countPlanCalls(plan: DrawnPlan, rows: readonly Row[]): CallCounts {
  const { guidance, guidedBy, guidanceInterval } = plan;
  const each = imagesPerCall(plan);
  const levels = rows.flatMap(({ at }) => (at === null ? [] : [at]));
  const guidedCalls =
    guidance === 1 ? 0 : levels.filter((level) => isInInterval(guidanceInterval, level)).length;
  return guidedBy === 'network'
    ? { network: each * levels.length, guide: each * guidedCalls }
    : { network: each * (levels.length + guidedCalls), guide: 0 };
}
