import type { ImagesShape } from '@isonoise/picture';
import type { GoldenReport, Model } from '@isonoise/runtime';
import type { SamplerName } from '@isonoise/sampler';
import { hashNoise, hashPng } from './hashes.ts';

/** One image of a model: number 0 of its seed. */
export interface DrawRequest {
  readonly seed: number;
  readonly sampler: SamplerName;
  readonly steps: number;
  /** Left out for an unconditional model. */
  readonly class?: number;
}

export interface Drawn {
  /** `[C, H, W]` in [-1, 1]. */
  readonly image: Float32Array;
  /** SHA-256 of the image as a PNG file, made where the image was. */
  readonly pngSha256: string;
}

/** A runtime as it can be asked, wherever it is: here, in another process, in a page. Whoever opened it closes it. */
export interface Probe {
  /** SHA-256 of the normals that these seeds draw there. */
  noise(seeds: readonly number[]): Promise<string>;
  /** The bundle's golden record, checked. */
  verify(): Promise<GoldenReport>;
  /** One call of the network; images `[B, C, H, W]`, timesteps `[B]`, classes `[B]`. */
  predict(x: Float32Array, t: Float32Array, labels?: Int32Array): Promise<Float32Array>;
  draw(request: DrawRequest): Promise<Drawn>;
  close(): Promise<void>;
}

/** @param model the probe takes it over, `close` disposes of it */
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
      if (image === undefined) throw new Error(`draw: ${request.sampler} took no step.`);
      return { image, pngSha256: hashPng(image, shape) };
    },
    close: () => model.dispose(),
  };
}
