import type { GoldenReport, ModelSampleRequest, ProviderChoice } from '@isonoise/runtime';

/** Models that live in the page, each named by a number. */
export interface ModelCalls {
  load(options: LoadOptions): Promise<LoadedModel>;
  /** One call of the network. */
  denoise(id: number, x: Float32Array, t: Float32Array, labels?: Int32Array): Promise<Float32Array>;
  /** Draws to the end. */
  sample(id: number, request: ModelSampleRequest): Promise<DrawnImages>;
  verify(id: number): Promise<GoldenReport>;
  dispose(id: number): Promise<void>;
  /** Changes a byte of what the browser's storage holds under a key. */
  damage(key: string): Promise<void>;
}

export interface LoadOptions {
  /** Address of a bundle, `/models/mnist` for one. */
  readonly source: string;
  /** Default: auto. */
  readonly provider?: 'auto' | 'webgpu' | 'wasm';
  readonly threads?: number;
  /** Whether the browser keeps the files. Default false: a measurement should not depend on an earlier one. */
  readonly cache?: boolean;
  /** Aborts so many milliseconds after the model's file has come, while its worker is started: with "lab: enough". */
  readonly abortAfter?: number;
}

export interface LoadedModel {
  readonly id: number;
  readonly provider: ProviderChoice;
  readonly notes: readonly string[];
  /** From the call to a model ready to draw. */
  readonly milliseconds: number;
  /** Where each file came from. */
  readonly files: Readonly<Record<string, 'network' | 'cache'>>;
}

interface DrawnImages {
  /** `[count, C, H, W]` in [-1, 1]. */
  readonly x: Float32Array;
  readonly steps: number;
  readonly milliseconds: number;
  /** The longest time for which the page itself was kept from other work while it drew; browsers tell from 50 ms on. */
  readonly longestTask: number;
}
