import type { Denoiser } from './denoiser.ts';
import { type ResumeRequest, runSampling, toSamplingStart } from './run-sampling.ts';
import type { SampleRequest } from './sample-request.ts';
import { type SampleStep, sampleStepsOf } from './sample-step.ts';

/** Optional services for a run. */
export interface SampleContext {
  /** Stops the run between steps with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The second network, if the run is guided by one. */
  readonly guide?: Denoiser | undefined;
  /** Returns milliseconds from any origin (`performance.now`); steps then have times. */
  readonly clock?: (() => number) | undefined;
}

/**
 * Samples images and yields each {@link SampleStep}; the `x` of the last one is the result.
 *
 * An image depends only on the network, the seed, the image's number and the settings. It does not depend on its batch
 * or on pauses. This holds bit for bit if the network's output for an image does not depend on the batch; see the
 * runtime.
 *
 * @param denoise the network; guidance is applied here
 * @param request a request, or a saved run to resume; with a `guide` if and only if the run is guided by a second
 *   network
 * @throws IsonoiseError at the first step if the request is invalid; the signal's reason if aborted
 */
export async function* sample(
  denoise: Denoiser,
  request: (SampleRequest | ResumeRequest) & SampleContext,
): AsyncGenerator<SampleStep, void, undefined> {
  const { signal, clock, guide } = request;
  const start = toSamplingStart(request);
  const toSampleStep = sampleStepsOf(start);
  const began = clock?.();
  for await (const step of runSampling(denoise, start, { signal, guide })) {
    const elapsedMs = clock === undefined || began === undefined ? undefined : clock() - began;
    yield toSampleStep(step, elapsedMs);
  }
}
