import type { ModelStorage } from '../storage/model-storage.ts';

/** Progress of a file that is being loaded. */
export interface LoadProgress {
  /** Path in the bundle, such as `unet/model.onnx`. */
  readonly file: string;
  /** Bytes loaded so far, including those of earlier visits. */
  readonly loaded: number;
  readonly total: number;
  readonly from: 'network' | 'cache';
  /** SHA-256 of the whole file in the manifest. It identifies the version that is being loaded. */
  readonly sha256: string;
}

/** Injected dependencies of loading. With them, loading works wherever `fetch` exists. */
export interface LoadContext {
  readonly fetch: typeof fetch;
  readonly storage: ModelStorage;
  readonly onProgress: (progress: LoadProgress) => void;
  /** Adds a note for the user. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal | undefined;
  /** Pauses between attempts; an abort ends the pause. */
  readonly wait: (milliseconds: number) => Promise<void>;
}
