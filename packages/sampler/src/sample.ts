import type { Denoiser } from './denoiser.ts';
import { type ResumeRequest, runSampling, toSamplingStart } from './run-sampling.ts';
import type { SampleRequest } from './sample-request.ts';
import { type SampleStep, toSampleStep } from './sample-step.ts';

/** What a run may use of its surroundings. */
export interface SampleContext {
  /** Stops the run between steps with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from any origin (`performance.now`): steps then tell times. */
  readonly clock?: (() => number) | undefined;
}

/**
 * Samples images, one {@link SampleStep} at a time; the last one's `x` is the result.
 *
 * An image depends on the network, the seed, its number and the settings; not on the batch, on pauses, or on when it
 * was asked for. (To the bit if the network itself answers so; see the runtime.)
 *
 * @param denoise the network; guidance is applied here
 * @param request what to sample, or a saved run to go on with
 * @throws IsonoiseError, IsonoiseError (request), at the first step; the signal's reason when aborted
 */
export async function* sample(
  denoise: Denoiser,
  request: (SampleRequest | ResumeRequest) & SampleContext,
): AsyncGenerator<SampleStep, void, undefined> {
  const { signal, clock } = request;
  const start = toSamplingStart(request);
  const began = clock?.();
  for await (const step of runSampling(denoise, start, signal)) {
    const elapsedMs = clock === undefined || began === undefined ? undefined : clock() - began;
    yield toSampleStep(start, step, elapsedMs);
  }
}
