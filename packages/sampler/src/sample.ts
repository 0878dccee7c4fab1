import { createSchedule } from '@isonoise/schedule';
import type { Denoiser } from './denoiser.ts';
import { guided } from './guided.ts';
import { initialNoise, seededNoise } from './noise-source.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';
import { type SamplerSettings, samplers } from './sampler-table.ts';
import { checkSaved, type SavedSampling } from './saved-sampling.ts';
import type { StepOptions } from './step-options.ts';

/** How far a run is. Times only where a clock was given. */
export interface Progress {
  /** Steps done, from 1. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** Milliseconds since this run (or its resumption) began. */
  readonly elapsedMs?: number;
  /** Milliseconds to go, at the mean pace so far. */
  readonly remainingMs?: number;
}

/** A step that is done. Its arrays are not reused by later steps. */
export interface SampleStep extends Progress {
  /** The timestep it started from. */
  readonly t: number;
  /** The images now, `[B, C, H, W]`; after the last step the result. Read only: it is the next step's input. */
  readonly x: Float32Array;
  /** The estimate of the finished images, in [-1, 1], `[B, C, H, W]`; made when it is first asked for. */
  readonly preview: Float32Array;
  /** This moment, to be resumed by `sample(denoise, { from })`, here or elsewhere. Shares no memory with the run. */
  save(): SavedSampling;
}

/** What a run may use of its surroundings. */
export interface SampleContext {
  /** Stops the run between steps with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds from any origin (`performance.now`): steps then tell times. */
  readonly clock?: () => number;
}

/** Go on with a saved run: everything but the network is in it. */
export interface ResumeRequest {
  readonly from: SavedSampling;
}

/**
 * Samples images, one {@link SampleStep} at a time; the last one's `x` is the result.
 *
 * An image depends on the network, the seed, its number and the settings; not on the batch, on pauses, or on when it
 * was asked for. (To the bit if the network itself answers so; see the runtime.)
 *
 * @param denoise the network; guidance is applied here
 * @param request what to sample, or a saved run to go on with
 * @throws SamplerError, ScheduleError, RandomError (request), at the first step; the signal's reason when aborted
 */
export async function* sample(
  denoise: Denoiser,
  request: (SampleRequest | ResumeRequest) & SampleContext,
): AsyncGenerator<SampleStep, void, undefined> {
  const { signal, clock } = request;

  // 1. The plan, and where it stands.
  const start = 'from' in request ? checkSaved(request.from) : begin(request);
  const { plan, nextStep } = start;

  // 2. The network, as the sampler sees it.
  const { guidance, nullClass, classLabels, clip } = plan;
  const network = nullClass === null ? denoise : guided(denoise, { guidance, nullClass });
  const options: StepOptions & SamplerSettings = {
    ...plan.settings,
    schedule: createSchedule(plan.schedule),
    predictionType: plan.predictionType,
    noise: seededNoise(BigInt(plan.seed)),
    images: plan.images,
    firstStep: nextStep,
    ...(classLabels === null ? {} : { labels: Int32Array.from(classLabels) }),
    ...(clip === null ? {} : { clip }),
    ...(signal === undefined ? {} : { signal }),
  };

  // 3. The steps.
  const began = clock?.();
  const steps = plan.steps.length;
  for await (const { index, t, x, x0 } of samplers[plan.sampler].run(network, start.x, plan.steps, options)) {
    const step = index + 1;
    const elapsedMs = clock === undefined || began === undefined ? undefined : clock() - began;
    let preview: Float32Array | undefined;
    yield {
      step,
      steps,
      ...(elapsedMs !== undefined && {
        elapsedMs,
        remainingMs: (elapsedMs / (step - nextStep)) * (steps - step),
      }),
      t,
      x,
      get preview() {
        preview ??= clip !== null && clip <= 1 ? x0 : x0.map((value) => Math.max(-1, Math.min(1, value)));
        return preview;
      },
      save: () => ({ plan, nextStep: step, x: x.slice() }),
    };
  }
}

function begin(request: SampleRequest): SavedSampling {
  const plan = planSampling(request);
  const { channels, height, width } = plan.shape;
  return { plan, nextStep: 0, x: initialNoise(BigInt(plan.seed), plan.images, channels * height * width) };
}
