import type { Golden, ModelSpec } from '@isonoise/bundle';
import {
  type Denoiser,
  type ResumeRequest,
  type SampleContext,
  type SampleRequest,
  type SampleStep,
  sample,
  toSamplingStart,
} from '@isonoise/sampler';
import { batched } from './batched.ts';
import { runtimeError } from './errors.ts';
import { type GoldenReport, verifyGolden } from './golden-check.ts';
import { type ModelSampleRequest, toSampleRequest } from './model-request.ts';
import type { ProviderChoice } from './provider.ts';
import { requireSameModel } from './same-model.ts';
import type { BatchedSampleContext } from './sample-context.ts';

/** A model that is loaded and ready: what each runtime makes. The owner calls `dispose`. */
export interface DenoiserHandle {
  readonly denoise: Denoiser;
  /**
   * Runs the sampler beside the network, where that is another thread: `sample` of `@isonoise/sampler` over `denoise`,
   * bit for bit. Left out, the sampler runs here.
   */
  sample?(
    request: SampleRequest | ResumeRequest,
    context: BatchedSampleContext,
  ): AsyncGenerator<SampleStep, void, undefined>;
  readonly spec: ModelSpec;
  /** SHA-256 of the network's file, in lower-case hexadecimal: a saved run is resumed with that network alone. */
  readonly sha256?: string;
  /** null where the bundle has none, or the model was opened from an ONNX file alone. */
  readonly golden: Golden | null;
  readonly provider: ProviderChoice;
  /** What a person should know besides, each with what to do about it: why there is one thread, say. */
  readonly notes?: readonly string[];
  /** Frees the session and what runs it; calls under way are rejected. Safe to call again. */
  dispose(): Promise<void>;
}

/** Largest batch that is handed to the network at once, where the caller names none. */
const DEFAULT_BATCH_SIZE = 64;

type ModelSampleContext = SampleContext & Partial<Pick<BatchedSampleContext, 'batchSize'>>;

/** A model by its images. */
export interface Model {
  readonly spec: ModelSpec;
  /** SHA-256 of the network's file; undefined where the network is none. */
  readonly sha256: string | undefined;
  readonly provider: ProviderChoice;
  /** What a person should know besides, each with what to do about it; mostly empty. */
  readonly notes: readonly string[];
  /** The network itself, for samplers of one's own. */
  readonly denoise: Denoiser;
  /**
   * Draws images, a step at a time: `x` and `preview` are `[count, C, H, W]` in [-1, 1]; the last step's `x` is the
   * result. An image depends on seed, number and settings alone, not on the batch.
   *
   * A saved run (`from`) is resumed only with the network that it was begun with. One that does not say which that was,
   * as older versions saved it, is compared by image size, classes, schedule and prediction type.
   *
   * @throws (at the first step) `RUNTIME_REQUEST`, IsonoiseError, IsonoiseError;
   *   the signal's reason when aborted
   */
  sample(
    request: (ModelSampleRequest | ResumeRequest) & ModelSampleContext,
  ): AsyncGenerator<SampleStep, void, undefined>;
  /**
   * Makes the bundle's golden image again and compares.
   * @throws `RUNTIME_REQUEST` the model has no golden record
   */
  verify(): Promise<GoldenReport>;
  dispose(): Promise<void>;
}

/** @param handle what a runtime's `createDenoiser` gave; the model takes it over, `dispose` disposes of it */
export function createModel(handle: DenoiserHandle): Model {
  const { denoise, spec, golden, provider, notes = [], sha256 } = handle;
  return {
    spec,
    sha256,
    provider,
    notes,
    denoise,
    async *sample(request) {
      const { batchSize = DEFAULT_BATCH_SIZE, signal, clock } = request;
      const context = {
        signal,
        clock,
      };
      // Checked to hold together first, like a request.
      if ('from' in request) requireSameModel(toSamplingStart({ from: request.from }), spec, sha256);
      const model = sha256 === undefined ? {} : { model: sha256 };
      const what =
        'from' in request
          ? { from: { ...request.from, ...model } }
          : { ...toSampleRequest(spec, request), ...model };
      yield* handle.sample?.(what, { ...context, batchSize }) ??
        sample(batched(denoise, batchSize, signal), { ...what, ...context });
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
