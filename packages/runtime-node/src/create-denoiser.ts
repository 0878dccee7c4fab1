import type { Bundle, ModelSpec } from '@isonoise/bundle';
import {
  anyCondition,
  chooseProvider,
  contractOf,
  createModel,
  type DenoiserHandle,
  type Model,
  type ProviderCandidate,
  requireKnownOptions,
  runtimeError,
} from '@isonoise/runtime';
import type { NodeProviderName } from '@isonoise/runtime/provider-names';
import { requireThreads } from '@isonoise/runtime/threads';
import { missingCuda, missingVulkan } from './availability.ts';
import { onnxRuntimeFolder } from './onnx-runtime.ts';
import { openBundle } from './open-bundle.ts';
import { SessionWorker } from './session-worker.ts';

export type { NodeProviderName };

export interface NodeRuntimeOptions {
  /**
   * Execution provider. With a name, that provider is used or loading fails. `auto` (default) uses the fastest
   * working provider if it is 1.5 times as fast as the CPU, and otherwise the CPU. `provider.reason` explains the
   * choice.
   */
  readonly provider?: 'auto' | NodeProviderName | undefined;
  /** Threads within an operator on the CPU. Default: ONNX Runtime's choice, one per core. */
  readonly threads?: number | undefined;
  /** Whether to compare each file of the bundle with its SHA-256. Default true. */
  readonly verifyHashes?: boolean | undefined;
}

const OPTIONS: Readonly<Record<keyof NodeRuntimeOptions, true>> = {
  provider: true,
  threads: true,
  verifyHashes: true,
};

/**
 * Returns the reason why a provider cannot be used, or undefined if none is found. It needs no thread and no session.
 */
type Missing = (requested: 'auto' | NodeProviderName) => string | undefined;

/**
 * The providers in order of preference. The last one always works. WebGPU is always tried if it is requested by name.
 */
const PROVIDERS: Readonly<Record<NodeProviderName, Missing>> = {
  cuda: (requested) => missingCuda(requested === 'cuda'),
  webgpu: (requested) => (requested === 'auto' ? missingVulkan() : undefined),
  cpu: () => undefined,
};

const BY_PREFERENCE: readonly NodeProviderName[] = Object.keys(PROVIDERS) as NodeProviderName[];

/** Number of images in a measured call, as in a typical batch. A single image would not use an accelerator fully. */
const MEASURED_BATCH = 4;

/**
 * Loads a model in a worker thread, so that ONNX Runtime does not block the caller's event loop.
 *
 * @param source the folder of a bundle, its `.zip`, an `.onnx` file exported by isonoise, a `file:` URL of
 *   one of these, or a bundle
 * @returns a handle; the caller must call `dispose`
 * @throws `BUNDLE_…` if the bundle is incomplete or damaged (`BUNDLE_HASH_MISMATCH`, …) or not from isonoise
 * @throws `RUNTIME_CONTRACT` if the graph does not fit the bundle; the message lists the differences
 * @throws `RUNTIME_PROVIDER` if the requested provider cannot run the model, or with `auto` no provider can, or
 *   onnxruntime-node is not installed; the message has the reasons
 * @throws `RUNTIME_REQUEST` if an option is unknown or out of range
 */
export async function createDenoiser(
  source: string | URL | Bundle,
  options: NodeRuntimeOptions = {},
): Promise<DenoiserHandle> {
  requireKnownOptions('createDenoiser', options, OPTIONS);
  const { provider: requested = 'auto', threads, verifyHashes = true } = options;
  requireThreads(threads);
  // Look up the package once here. Otherwise every provider would report that it is missing.
  onnxRuntimeFolder();
  const { spec, golden, onnx, notes, sha256 } = await openBundle(source, verifyHashes);
  const candidates = BY_PREFERENCE.map((name) => candidateOf(name, { spec, onnx, threads, requested }));
  const { session: worker, provider } = await chooseProvider(requested, candidates);
  return {
    denoise: worker.model.denoise,
    sample: (request, context) => worker.model.sample(request, context),
    spec,
    sha256,
    golden,
    provider,
    notes,
    dispose: () => worker.stop(),
  };
}

/**
 * Loads a model: `createModel(await createDenoiser(…))`.
 *
 * @throws the errors of {@link createDenoiser}
 */
export async function loadModel(
  source: string | URL | Bundle,
  options: NodeRuntimeOptions = {},
): Promise<Model> {
  return createModel(await createDenoiser(source, options));
}

interface CandidateOptions {
  readonly spec: ModelSpec;
  readonly onnx: Uint8Array;
  readonly threads: number | undefined;
  readonly requested: 'auto' | NodeProviderName;
}

function candidateOf(
  name: NodeProviderName,
  { spec, onnx, threads, requested }: CandidateOptions,
): ProviderCandidate<SessionWorker> {
  return {
    name,
    async open() {
      const missing = PROVIDERS[name](requested);
      if (missing !== undefined) throw runtimeError('RUNTIME_PROVIDER', missing);
      const worker = new SessionWorker();
      try {
        // Copy the model: its buffer is transferred, but the caller keeps the bundle.
        const model = new Uint8Array(onnx);
        await worker.model.open({
          model,
          contract: contractOf(spec),
          provider: name,
          threads,
          options: undefined,
        });
        return worker;
      } catch (cause) {
        await worker.stop();
        throw cause;
      }
    },
    close: (worker) => worker.stop(),
    async measure({ model: { denoise } }) {
      const { channels, height, width } = spec.image;
      const x = new Float32Array(MEASURED_BATCH * channels * height * width);
      const t = new Float32Array(MEASURED_BATCH);
      const condition = anyCondition(spec, MEASURED_BATCH);
      // The first call compiles shaders and plans memory.
      await denoise(x, t, condition);
      const began = performance.now();
      await denoise(x, t, condition);
      return performance.now() - began;
    },
  };
}
