import type { Golden, ModelSpec } from '@isonoise/bundle';
import {
  type Denoiser,
  type ResumeRequest,
  type SampleContext,
  type SampleRequest,
  type SampleStep,
  sample,
} from '@isonoise/sampler';
import { batched } from './batched.ts';
import { runtimeError } from './errors.ts';
import { type GoldenReport, verifyGolden } from './golden-check.ts';
import { type GuideModel, type ModelSampleRequest, toSampleRequest } from './model-request.ts';
import type { ProviderChoice } from './provider.ts';
import { toResumedStart } from './resumed-start.ts';
import type { BatchedSampleContext } from './sample-context.ts';

/** A loaded network with its metadata, created by a runtime. The owner must call `dispose`. */
export interface DenoiserHandle {
  readonly denoise: Denoiser;
  /**
   * Runs the sampler in the thread of the network. The steps are bit-identical to those of
   * `sample(denoise, …)` of `@isonoise/sampler`. If undefined, the sampler runs in the caller's thread.
   */
  sample?(
    request: SampleRequest | ResumeRequest,
    context: BatchedSampleContext,
  ): AsyncGenerator<SampleStep, void, undefined>;
  readonly spec: ModelSpec;
  /**
   * SHA-256 of the network's file in lower-case hexadecimal. A saved run can be resumed only with the network
   * that has this hash.
   */
  readonly sha256?: string;
  /** Golden record; null if the bundle has none or the model was opened from a single ONNX file. */
  readonly golden: Golden | null;
  readonly provider: ProviderChoice;
  /** Notes with advice for the user, such as why only one thread is used. */
  readonly notes?: readonly string[];
  /** Frees the session and its thread, and rejects running calls. Safe to call again. */
  dispose(): Promise<void>;
}

/** Default maximum number of images per call of the network. */
const DEFAULT_BATCH_SIZE = 64;

type ModelSampleContext = Omit<SampleContext, 'guide'> & Partial<Pick<BatchedSampleContext, 'batchSize'>>;

/** Request to resume a saved run of a model. A run that was started with a guide needs the same guide. */
export interface ModelResumeRequest extends ResumeRequest {
  readonly guide?: GuideModel | undefined;
}

/** A model that draws images. */
export interface Model {
  readonly spec: ModelSpec;
  /** SHA-256 of the network's file; undefined if the network is not a file. */
  readonly sha256: string | undefined;
  readonly provider: ProviderChoice;
  /** Notes with advice for the user; usually empty. */
  readonly notes: readonly string[];
  /** Calls the network. Custom samplers use it. */
  readonly denoise: Denoiser;
  /**
   * Draws images step by step. `x` and `preview` are `[count, C, H, W]` in [-1, 1]; `x` of the last step is
   * the result. An image depends only on seed, image number and settings, not on the batch.
   *
   * A saved run (`from`) is resumed only with its original network. For runs saved by older versions, which lack the
   * hash of the network, image size, classes, schedule and prediction type are compared.
   *
   * With a `guide`, the sampler runs in the caller's thread. Both models compute at the same time in their own
   * threads.
   *
   * @throws at the first step, `RUNTIME_REQUEST` if the model cannot draw the request, and errors of the sampler and
   *   the schedule; between steps, the signal's reason if aborted
   */
  sample(
    request: (ModelSampleRequest | ModelResumeRequest) & ModelSampleContext,
  ): AsyncGenerator<SampleStep, void, undefined>;
  /**
   * Draws the bundle's golden image again and compares it with the record.
   *
   * @throws `RUNTIME_REQUEST` if the model has no golden record
   */
  verify(): Promise<GoldenReport>;
  dispose(): Promise<void>;
}

/**
 * Creates a model from a handle.
 *
 * @param handle result of a runtime's `createDenoiser`; the model takes ownership, and its `dispose` frees the handle
 */
export function createModel(handle: DenoiserHandle): Model {
  const { denoise, spec, golden, provider, notes = [], sha256 } = handle;
  return {
    spec,
    sha256,
    provider,
    notes,
    denoise,
    async *sample(request) {
      const { batchSize = DEFAULT_BATCH_SIZE, signal, clock, guide } = request;
      const context = { signal, clock };
      const what =
        'from' in request ? { from: toResumedStart(spec, sha256, request) } : planned(request, spec, sha256);
      if (guide === undefined && handle.sample !== undefined) {
        yield* handle.sample(what, { ...context, batchSize });
        return;
      }
      yield* sample(batched(denoise, batchSize, signal), {
        ...what,
        ...context,
        ...(guide === undefined ? {} : { guide: batched(guide.denoise, batchSize, signal) }),
      });
    },
    async verify() {
      if (golden === null) {
        throw runtimeError(
          'RUNTIME_REQUEST',
          `verify: ${spec.name} has no golden record. Open the whole bundle, or export the model again.`,
        );
      }
      return verifyGolden(denoise, spec, golden);
    },
    dispose: () => handle.dispose(),
  };
}

const planned = (
  request: ModelSampleRequest,
  spec: ModelSpec,
  sha256: string | undefined,
): SampleRequest => ({
  ...toSampleRequest(spec, request),
  ...(sha256 === undefined ? {} : { model: sha256 }),
});
