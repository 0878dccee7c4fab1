import type { ImagesShape } from '@isonoise/picture';
import type { GoldenReport, Model } from '@isonoise/runtime';
import type { Condition, SamplerName } from '@isonoise/sampler';
import { hashNoise, hashPng } from './hashes.ts';

/** Request for one image, number 0 of its seed. */
export interface DrawRequest {
  readonly seed: number;
  readonly sampler: SamplerName;
  readonly steps: number;
  /** Class; only for a model with classes. */
  readonly class?: number;
  /** Names of the tags; only for a model with tags. */
  readonly tags?: readonly string[];
  /** Guidance scale; by default the scale of the model. */
  readonly guidance?: number;
}

export interface Drawn {
  /** Values of the image, `[C, H, W]` in [-1, 1]. */
  readonly image: Float32Array;
  /** SHA-256 of the image as a PNG file, encoded by the runtime that drew it. */
  readonly pngSha256: string;
}

/** A runtime in this process, in another process or in a page. The caller must call `close`. */
export interface Probe {
  /** Returns the SHA-256 of the normals that the runtime draws for these seeds. */
  noise(seeds: readonly number[]): Promise<string>;
  /** Checks the bundle's golden record. */
  verify(): Promise<GoldenReport>;
  /** Calls the network once: images `[B, C, H, W]`, timesteps `[B]`, and classes `[B]` or tags `[B, K]`. */
  predict(x: Float32Array, t: Float32Array, condition?: Condition): Promise<Float32Array>;
  draw(request: DrawRequest): Promise<Drawn>;
  close(): Promise<void>;
}

/** Creates a probe of a model in this process. @param model owned by the probe; `close` disposes of it */
export function probeModel(model: Model): Probe {
  const { channels, height, width } = model.spec.image;
  const shape: ImagesShape = [1, channels, height, width];
  return {
    async noise(seeds) {
      return hashNoise(seeds, channels * height * width);
    },
    verify: () => model.verify(),
    predict: (...inputs) => model.denoise(...inputs),
    async draw(request) {
      let image: Float32Array | undefined;
      for await (const { x } of model.sample(request)) image = x;
      if (image === undefined)
        throw new Error(`draw: ${request.sampler} did not take a step; expected at least one step.`);
      return { image, pngSha256: hashPng(image, shape) };
    },
    close: () => model.dispose(),
  };
}
