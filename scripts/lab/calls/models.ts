import type { GoldenReport, ModelSampleRequest, ProviderChoice } from '@isonoise/runtime';
import type { Condition } from '@isonoise/sampler';

/** Models in the page, each identified by a number. */
export interface ModelCalls {
  load(options: LoadOptions): Promise<LoadedModel>;
  /** Calls the network once. */
  denoise(id: number, x: Float32Array, t: Float32Array, condition?: Condition): Promise<Float32Array>;
  /** Draws finished images. */
  sample(id: number, request: ModelSampleRequest): Promise<DrawnImages>;
  verify(id: number): Promise<GoldenReport>;
  dispose(id: number): Promise<void>;
  /** Changes a byte of the value that the browser stores under a key. */
  damage(key: string): Promise<void>;
}

export interface LoadOptions {
  /** Address of a bundle, such as `/models/mnist`. */
  readonly source: string;
  /** Provider; `auto` by default. */
  readonly provider?: 'auto' | 'webgpu' | 'wasm';
  readonly threads?: number;
  /**
   * Whether the browser caches the files; false by default, so that measurements do not depend on each other.
   */
  readonly cache?: boolean;
  /**
   * Time after the download of the model's file at which loading is aborted with "lab: enough", in ms. The worker is
   * then starting. By default, loading is not aborted.
   */
  readonly abortAfter?: number;
}

export interface LoadedModel {
  readonly id: number;
  readonly provider: ProviderChoice;
  readonly notes: readonly string[];
  /** Time from the call until the model is ready to draw, in ms. */
  readonly milliseconds: number;
  /** Source of each file. */
  readonly files: Readonly<Record<string, 'network' | 'cache'>>;
}

interface DrawnImages {
  /** Values of the images, `[count, C, H, W]` in [-1, 1]. */
  readonly x: Float32Array;
  readonly steps: number;
  readonly milliseconds: number;
}
