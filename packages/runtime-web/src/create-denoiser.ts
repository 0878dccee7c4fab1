import {
  createModel,
  type DenoiserHandle,
  type Model,
  requireKnownOptions,
  runtimeError,
} from '@isonoise/runtime';
import type { LoadProgress } from './download/context.ts';
import { pause } from './download/pause.ts';
import type { OrtAssets } from './ort-assets.ts';
import { type WebProviderName, webCandidates } from './provider/candidates.ts';
import { chooseWebProvider } from './provider/choose-web-provider.ts';
import { findGpu } from './provider/gpu.ts';
import { type ModelSource, openSource } from './sources/open-source.ts';
import { forgivingStorage } from './storage/forgiving-storage.ts';
import { indexedDbStorage } from './storage/indexed-db-storage.ts';
import { type ModelStorage, memoryStorage } from './storage/model-storage.ts';
import { planThreads } from './threads.ts';

export interface WebRuntimeOptions {
  /** A name: that provider or an error. `auto` (default): the fastest that works, reported in `provider.reason`. */
  readonly provider?: 'auto' | WebProviderName | undefined;
  /** Threads of WASM. Default: one a core, at most 4; one where the page is not isolated, and a note says so. */
  readonly threads?: number | undefined;
  /** ONNX Runtime's files. Default: as the bundler finds them in `onnxruntime-web`. */
  readonly assets?: OrtAssets | undefined;
  /** Called as the files of a bundle's address come, often. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Where model files are kept. `default`: the browser's database; false: nowhere. */
  readonly cache?: 'default' | false | ModelStorage | undefined;
  /** Ends the loading; what has come by then is kept. */
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS: Readonly<Record<keyof WebRuntimeOptions, true>> = {
  provider: true,
  threads: true,
  assets: true,
  onProgress: true,
  cache: true,
  signal: true,
};

const PROVIDERS: readonly string[] = ['auto', 'webgpu', 'wasm'];

/**
 * Loads a model into a Web Worker; the page goes on meanwhile, and while it draws.
 *
 * @param source address of a bundle's folder or of an `.onnx` file that isonoise exported, relative to the page; files
 *   from a picker (a folder, one `.zip`, one `.onnx`); or a bundle. Files of an address are kept in the browser and
 *   trusted by their SHA-256 alone.
 * @returns a handle whose owner calls `dispose`; `notes` tell what a person should know
 * @throws IsonoiseError the bundle is not whole (`BUNDLE_HASH_MISMATCH`, …), not there (`BUNDLE_FILE_MISSING`) or not ours
 * @throws `RUNTIME_CONTRACT` the graph is not a denoiser of this bundle, listing what differs
 * @throws IsonoiseError the provider asked for, or for `auto` every one, cannot run the model; the reason of each
 *   is in the message
 * @throws `RUNTIME_REQUEST` an option out of range
 * @throws the signal's reason when aborted
 */
export async function createDenoiser(
  source: ModelSource,
  options: WebRuntimeOptions = {},
): Promise<DenoiserHandle> {
  requireKnownOptions('createDenoiser', options, OPTIONS);
  const { provider: requested = 'auto', assets, onProgress = () => {}, cache = 'default', signal } = options;
  if (!PROVIDERS.includes(requested)) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `createDenoiser: provider is '${requested}'; a browser has ${PROVIDERS.join(', ')}.`,
    );
  }
  const { threads, notes: threadNotes } = planThreads(options.threads, {
    isolated: crossOriginIsolated,
    cores: navigator.hardwareConcurrency,
  });
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const storage = forgivingStorage(storageOf(cache), note);

  const wait = (milliseconds: number): Promise<void> => pause(milliseconds, signal);
  const context = { fetch, storage, onProgress, note, signal, wait };
  const { spec, golden, onnx, sha256 } = await openSource(source, document.baseURI, context);

  const gpu = requested === 'wasm' ? 'not asked for' : await findGpu();
  const candidates = webCandidates({ spec, onnx, threads, assets, requested, gpu, signal });
  const setting = {
    model: sha256,
    adapter: typeof gpu === 'string' ? gpu : gpu.name,
    threads,
    browser: navigator.userAgent,
  };
  const chosen = await chooseWebProvider(requested, candidates, storage, setting, { signal });
  const { session: worker, provider } = chosen;
  if (provider.name === 'wasm') notes.push(...threadNotes);
  return {
    denoise: worker.model.denoise,
    sample: (request, sampling) => worker.model.sample(request, sampling),
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
export async function loadModel(source: ModelSource, options: WebRuntimeOptions = {}): Promise<Model> {
  return createModel(await createDenoiser(source, options));
}

function storageOf(cache: 'default' | false | ModelStorage): ModelStorage {
  if (cache === false) return memoryStorage();
  return cache === 'default' ? indexedDbStorage() : cache;
}
