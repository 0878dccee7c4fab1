import type { Bundle, ModelSpec } from '@isonoise/bundle';
import {
  chooseProvider,
  contractOf,
  createModel,
  type DenoiserHandle,
  type Model,
  type ProviderCandidate,
  requireKnownOptions,
  runtimeError,
} from '@isonoise/runtime';
import { requireThreads } from '@isonoise/runtime/threads';
import { missingCuda, missingVulkan } from './availability.ts';
import { onnxRuntimeFolder } from './onnx-runtime.ts';
import { openBundle } from './open-bundle.ts';
import { SessionWorker } from './session-worker.ts';

/** Execution providers of onnxruntime-node. */
export type NodeProviderName = 'cpu' | 'cuda' | 'webgpu';

export interface NodeRuntimeOptions {
  /** A name: that provider or an error. `auto` (default): the fastest that works, reported in `provider.reason`. */
  readonly provider?: 'auto' | NodeProviderName | undefined;
  /** Threads within an operator on the CPU. Default: ONNX Runtime's choice, one for each core. */
  readonly threads?: number | undefined;
  /** Compare each file of the bundle with its SHA-256. Default true. */
  readonly verifyHashes?: boolean | undefined;
}

const OPTIONS: Readonly<Record<keyof NodeRuntimeOptions, true>> = {
  provider: true,
  threads: true,
  verifyHashes: true,
};

/** In order of preference; the last one always works. */
const PROVIDERS: readonly NodeProviderName[] = ['cuda', 'webgpu', 'cpu'];

/** A typical batch: one image alone leaves an accelerator idle. */
const MEASURED_BATCH = 4;

/**
 * Loads a model into a thread of its own; its event loop waits for ONNX Runtime, the caller's does not.
 *
 * @param source the folder of a bundle or its `.zip`, an `.onnx` file that isonoise exported, a `file:` URL of any of
 *   them, or a bundle
 * @returns a handle whose owner calls `dispose`
 * @throws IsonoiseError the bundle is not whole (`BUNDLE_HASH_MISMATCH`, …) or not ours
 * @throws `RUNTIME_CONTRACT` the graph is not a denoiser of this bundle, listing what differs
 * @throws IsonoiseError the provider asked for, or for `auto` every one, cannot run the model; the reason of each
 *   is in the message
 * @throws `RUNTIME_REQUEST` an option out of range; `RUNTIME_PROVIDER` onnxruntime-node is not installed
 */
export async function createDenoiser(
  source: string | URL | Bundle,
  options: NodeRuntimeOptions = {},
): Promise<DenoiserHandle> {
  requireKnownOptions('createDenoiser', options, OPTIONS);
  const { provider: requested = 'auto', threads, verifyHashes = true } = options;
  requireThreads(threads);
  // Not as each provider's reason: it is one.
  onnxRuntimeFolder();
  const { spec, golden, onnx, notes, sha256 } = await openBundle(source, verifyHashes);
  const candidates = PROVIDERS.map((name) => candidateOf(name, { spec, onnx, threads, requested }));
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
 * A model ready to draw: `createModel(await createDenoiser(…))`.
 * @throws as {@link createDenoiser}
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

/** Known beforehand, without a thread and a session. WebGPU asked for by name is tried in any case. */
function missingFor(name: NodeProviderName, requested: 'auto' | NodeProviderName): string | undefined {
  if (name === 'cuda') return missingCuda(requested === 'cuda');
  return name === 'webgpu' && requested === 'auto' ? missingVulkan() : undefined;
}

function candidateOf(
  name: NodeProviderName,
  { spec, onnx, threads, requested }: CandidateOptions,
): ProviderCandidate<SessionWorker> {
  return {
    name,
    async open() {
      const missing = missingFor(name, requested);
      if (missing !== undefined) throw runtimeError('RUNTIME_PROVIDER', missing);
      const worker = new SessionWorker();
      try {
        // A copy to give away: the bundle stays the caller's.
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
      const labels = spec.classes === null ? undefined : new Int32Array(MEASURED_BATCH);
      // The first call compiles shaders and plans memory.
      await denoise(x, t, labels);
      const began = performance.now();
      await denoise(x, t, labels);
      return performance.now() - began;
    },
  };
}
