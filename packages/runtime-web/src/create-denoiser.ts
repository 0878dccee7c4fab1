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
import { knownPace } from './provider/known-pace.ts';
import { type ModelSource, openSource } from './sources/open-source.ts';
import { forgivingStorage } from './storage/forgiving-storage.ts';
import { indexedDbStorage } from './storage/indexed-db-storage.ts';
import { type ModelStorage, memoryStorage } from './storage/model-storage.ts';
import { planThreads } from './threads.ts';

export interface WebRuntimeOptions {
  /**
   * Execution provider. With a name, that provider is used or loading fails. `auto` (default) uses WebGPU if it is at
   * least 1.5 times as fast as WASM, and otherwise WASM. `provider.reason` explains the choice.
   */
  readonly provider?: 'auto' | WebProviderName | undefined;
  /**
   * Number of WASM threads. Default: one per core, at most 4, or a single one if a measurement shows that the cores are
   * busy; a note then gives the times. On a page that is not isolated, the number is 1, and a note explains why.
   */
  readonly threads?: number | undefined;
  /** URLs of ONNX Runtime's files. Default: the files that the bundler finds in `onnxruntime-web`. */
  readonly assets?: OrtAssets | undefined;
  /** Receives the progress while files are loaded from a URL. Called often. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Storage of model files. `default` is the browser's database; with false, files are not stored. */
  readonly cache?: 'default' | false | ModelStorage | undefined;
  /** Stops loading. Downloaded parts are kept. */
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
 * Loads a model in a Web Worker, so that neither loading nor sampling blocks the page.
 *
 * @param source URL (relative to the page) of a bundle's folder or of an `.onnx` file exported by isonoise; files
 *   from a picker (a folder, one `.zip`, one `.onnx`); or a bundle. Bundle files from a URL are stored in the browser
 *   and verified by their SHA-256.
 * @returns a handle with `notes` for the user; the caller must call `dispose`
 * @throws `BUNDLE_…` if the bundle is missing (`BUNDLE_FILE_MISSING`), incomplete or damaged
 *   (`BUNDLE_HASH_MISMATCH`, …), or not from isonoise
 * @throws `RUNTIME_CONTRACT` if the graph does not fit the bundle; the message lists the differences
 * @throws `RUNTIME_PROVIDER` if the requested provider cannot run the model, or with `auto` no provider can; the
 *   message has the reasons
 * @throws `RUNTIME_REQUEST` if an option is unknown or out of range
 * @throws the signal's reason if aborted
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
      `createDenoiser: provider is '${requested}'; expected one of ${PROVIDERS.join(', ')}.`,
    );
  }
  const { threads, notes: plannedNotes } = planThreads(options.threads, {
    isolated: crossOriginIsolated,
    cores: navigator.hardwareConcurrency,
  });
  const threadNotes = [...plannedNotes];
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const storage = forgivingStorage(storageOf(cache), note);

  const wait = (milliseconds: number): Promise<void> => pause(milliseconds, signal);
  const context = { fetch, storage, onProgress, note, signal, wait };
  const { spec, golden, onnx, sha256 } = await openSource(source, document.baseURI, context);

  const gpu = requested === 'wasm' ? 'not requested' : await findGpu();
  const pace = options.threads === undefined ? knownPace(storage, sha256, navigator.userAgent) : null;
  const candidates = webCandidates({
    ...{ spec, onnx, threads, pace, assets, requested, gpu, signal },
    note: (text) => void threadNotes.push(text),
  });
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
 * Loads a model: `createModel(await createDenoiser(…))`.
 *
 * @throws the errors of {@link createDenoiser}
 */
export async function loadModel(source: ModelSource, options: WebRuntimeOptions = {}): Promise<Model> {
  return createModel(await createDenoiser(source, options));
}

function storageOf(cache: 'default' | false | ModelStorage): ModelStorage {
  if (cache === false) return memoryStorage();
  return cache === 'default' ? indexedDbStorage() : cache;
}
