import type { ModelStorage } from '../storage/model-storage.ts';

/** Progress of a file. */
export interface LoadProgress {
  /** Path in the bundle, such as `unet/model.onnx`. */
  readonly file: string;
  /** Bytes loaded so far, including those of earlier visits. */
  readonly loaded: number;
  readonly total: number;
  readonly from: 'network' | 'cache';
  /** SHA-256 of the whole file from the manifest; identifies the version that is being loaded. */
  readonly sha256: string;
}

/** Dependencies of loading. They are injected, so that loading works wherever `fetch` exists. */
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
