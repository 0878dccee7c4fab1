import { createSchedule } from '@isonoise/schedule';
import type { Denoiser } from './denoiser.ts';
import { guided } from './guided.ts';
import { initialNoise, seededNoise } from './noise-source.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';
import { samplers } from './sampler-table.ts';
import type { SamplingPlan } from './sampling-plan.ts';
import { checkSaved, type SavedSampling } from './saved-sampling.ts';
import type { ReverseStep } from './step-options.ts';

/** Go on with a saved run: everything but the network is in it. */
export interface ResumeRequest {
  readonly from: SavedSampling;
}

/** Where a run begins: plain data that can be sent to the thread that runs it. */
export interface SamplingStart {
  readonly plan: SamplingPlan;
  /** Index of the first step to take. */
  readonly nextStep: number;
  /** The images as they stand, `[B, C, H, W]`; left out: the noise of the seed, made where the run is. */
  readonly x?: Float32Array | undefined;
  /** SHA-256 of the network's file, where it is known. */
  readonly model?: string | undefined;
}

/**
 * A request, checked, with every default filled in.
 *
 * @throws `SAMPLER_REQUEST`, `SAMPLER_SAVED`; `SCHEDULE_SPACING`; `RANDOM_SEED`
 */
export function toSamplingStart(request: SampleRequest | ResumeRequest): SamplingStart {
  if ('from' in request) return checkSaved(request.from);
  const { model } = request;
  return { plan: planSampling(request), nextStep: 0, ...(model === undefined ? {} : { model }) };
}

/**
 * The steps of a run, as its sampler gives them: {@link sample} without what only its caller needs.
 *
 * @param denoise the network; guidance is applied here
 * @param signal stops the run between steps with its reason
 * @throws `SAMPLER_OUTPUT`, `SAMPLER_NON_FINITE`; what the network throws; the signal's reason
 */
export function runSampling(
  denoise: Denoiser,
  { plan, nextStep, x }: SamplingStart,
  signal?: AbortSignal,
): AsyncGenerator<ReverseStep, void, undefined> {
  const { guidance, nullClass, classLabels, clip, images } = plan;
  const seed = BigInt(plan.seed);
  const { channels, height, width } = plan.shape;
  const network = nullClass === null ? denoise : guided(denoise, { guidance, nullClass });
  return samplers[plan.sampler].run(
    network,
    x ?? initialNoise(seed, images, channels * height * width),
    plan.steps,
    {
      ...plan.settings,
      schedule: createSchedule(plan.schedule),
      predictionType: plan.predictionType,
      noise: seededNoise(seed),
      images,
      firstStep: nextStep,
      ...(classLabels === null ? {} : { labels: Int32Array.from(classLabels) }),
      ...(clip === null ? {} : { clip }),
      ...(signal === undefined ? {} : { signal }),
    },
  );
}
