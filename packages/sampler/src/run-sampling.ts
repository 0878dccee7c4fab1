import { type CreateSchedule, createSchedule } from '@isonoise/schedule';
import { type Condition, tagRows } from './condition.ts';
import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import type { KnownPixels } from './known-pixels.ts';
import { initialNoise, seededNoise } from './noise-source.ts';
import { planRows } from './plan-rows.ts';
import { plannedNetwork } from './planned-network.ts';
import { firstRowOf } from './row.ts';
import { type FinishedRow, RowRun } from './run-rows.ts';
import { givenArrays, planSampling, type SampleRequest } from './sample-request.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import { checkSaved, type SavedSampling } from './saved-sampling.ts';
import { thresholdOf } from './threshold.ts';

/** Request to resume a saved run, which contains everything but the network. */
export interface ResumeRequest {
  readonly from: SavedSampling;
}

/** Start of a run, as an object that can be sent to another thread. */
export interface SamplingStart {
  readonly plan: SamplingPlan;
  /** Index of the first step to take. */
  readonly nextStep: number;
  /** Current images, `[B, C, H, W]`; if absent, the run starts from the noise of the seed. Not written to. */
  readonly x?: Float32Array | undefined;
  /** Arrays that the sampler keeps from earlier steps, each `[B, C, H, W]`. Default: none. */
  readonly memory?: readonly Float32Array[] | undefined;
  /** The picture and the mask; present if and only if the plan has `inpainting`. Not written to. */
  readonly known?: KnownPixels | undefined;
  /** SHA-256 of the network's file, if known. */
  readonly model?: string | undefined;
  /** SHA-256 of the guide's file, if known. */
  readonly guideModel?: string | undefined;
}

/**
 * Checks a request and applies defaults.
 *
 * @param create creates the schedule of a saved run; default: `createSchedule`
 * @throws for a saved run, `SAMPLER_SAVED` if it is not consistent; for other requests, the errors of
 *   {@link planSampling} and {@link startPlanned}
 */
export function toSamplingStart(
  request: SampleRequest | ResumeRequest,
  create?: CreateSchedule,
): SamplingStart {
  if ('from' in request) return checkSaved(request.from, create);
  return startPlanned(planSampling(request), request, create);
}

/**
 * Makes the arrays from which a planned request starts. They may be large, so callers can check the plan first.
 *
 * @param plan the plan of the request
 * @throws `SAMPLER_REQUEST` if the given images do not fit the plan
 */
export function startPlanned(
  plan: SamplingPlan,
  request: SampleRequest,
  create?: CreateSchedule,
): SamplingStart {
  const { model, guideModel } = request;
  return {
    plan,
    nextStep: 0,
    ...givenArrays(plan, request, create),
    ...(model === undefined ? {} : { model }),
    ...(guideModel === undefined ? {} : { guideModel }),
  };
}

/** Optional inputs of a run besides the network. */
export interface RunContext {
  /** Stops the run between steps with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The second network. Required if the plan is guided by one, otherwise not allowed. */
  readonly guide?: Denoiser | undefined;
  /** Creates the schedule of the plan. Default: `createSchedule`. */
  readonly create?: CreateSchedule | undefined;
}

/**
 * A finished step. Its arrays are inputs of later steps, which do not change them; callers must not change them either.
 */
export type ReverseStep = Pick<FinishedRow, 'step' | 'x' | 'x0' | 'memory'>;

/** The steps of a run, taken one at a time. */
export interface SamplingRun {
  /**
   * Takes the next step, after the previous one has ended.
   *
   * @returns undefined after the last step
   * @throws `SAMPLER_OUTPUT` if the network's output has the wrong length; `SAMPLER_NON_FINITE` if the output or the
   *   images are not finite; errors of the network; the signal's reason if aborted
   */
  takeStep(): Promise<ReverseStep | undefined>;
}

/**
 * Starts a run. Its steps are taken without the promises of a generator, because these cost time between the calls of a
 * small network.
 *
 * @param denoise the network; guidance is applied here
 * @throws `SAMPLER_REQUEST` if the guide, the given images or the picture of the mask are missing, or not expected by
 *   the plan
 */
export function startSampling(
  denoise: Denoiser,
  { plan, nextStep, x, memory, known }: SamplingStart,
  { signal, guide, create = createSchedule }: RunContext = {},
): SamplingRun {
  const { clip, images } = plan;
  const seed = BigInt(plan.seed);
  const { channels, height, width } = plan.shape;
  if (x === undefined && plan.start === 'given') {
    throw samplerError(
      'SAMPLER_REQUEST',
      'sample: x is missing; expected the images from which the run starts.',
    );
  }
  if ((known === undefined) !== (plan.inpainting === undefined)) {
    throw samplerError(
      'SAMPLER_REQUEST',
      `sample: known is ${known === undefined ? 'missing' : 'present'}; expected the picture if and only if the plan has a mask.`,
    );
  }
  const network = plannedNetwork(denoise, plan, guide);
  const rows = planRows(plan, create);
  const run = new RowRun(network, x ?? initialNoise(seed, images, channels * height * width), rows, {
    predictionType: plan.predictionType,
    noise: seededNoise(seed),
    images,
    firstRow: firstRowOf(rows, nextStep),
    memory,
    known,
    condition: conditionOf(plan),
    ...(clip === null ? {} : { clip }),
    threshold: thresholdOf(plan.settings),
    signal,
  });
  return { takeStep: () => run.takeStep() };
}

/**
 * Runs the steps of a sampler. {@link sample} adds progress, previews and saving.
 *
 * @throws the errors of {@link startSampling}, at the first step; the errors of `takeStep`
 */
export async function* runSampling(
  ...run: Parameters<typeof startSampling>
): AsyncGenerator<ReverseStep, void, undefined> {
  const { takeStep } = startSampling(...run);
  for (let step = await takeStep(); step !== undefined; step = await takeStep()) yield step;
}

/** The class or tags of each image of a plan, as the network gets them; undefined for an unconditional plan. */
export function conditionOf({
  classLabels,
  tags,
}: Pick<SamplingPlan, 'classLabels' | 'tags'>): Condition | undefined {
  if (tags !== undefined) return tagRows(tags.images, tags.count);
  return classLabels === null ? undefined : Int32Array.from(classLabels);
}
