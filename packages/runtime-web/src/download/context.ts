import type { ModelStorage } from '../storage/model-storage.ts';

/** How far a file is. */
export interface LoadProgress {
  /** Path within the bundle, `unet/model.onnx`. */
  readonly file: string;
  /** Bytes, those of an earlier visit included. */
  readonly loaded: number;
  readonly total: number;
  readonly from: 'network' | 'cache';
  /** Of the whole file, as the manifest says it: which version is loaded. */
  readonly sha256: string;
}

/** What loading touches, so that it runs wherever there is a `fetch`. */
export interface LoadContext {
  readonly fetch: typeof fetch;
  readonly storage: ModelStorage;
  readonly onProgress: (progress: LoadProgress) => void;
  /** What a person should know. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal | undefined;
  /** Pauses between attempts; an abort ends a pause. */
  readonly wait: (milliseconds: number) => Promise<void>;
}
