import type { Level } from '@isonoise/schedule';
import type { Condition } from './condition.ts';

/**
 * A network, independent of its runtime.
 *
 * @param x noisy images, `[batch, channels, height, width]` row-major
 * @param t timestep of each image, `[batch]`, zero-based: t = 0 is one step of noise
 * @param condition class or tags of each image, for a conditional model
 * @returns the prediction (ε, x0 or v), with the shape of `x`; the caller owns it. A network that also predicts variances
 *   returns `[batch, 2 channels, height, width]`: for each image, the prediction and then the variances
 */
export type Denoiser = (x: Float32Array, t: Float32Array, condition?: Condition) => Promise<Float32Array>;

/** Selects a network for each level. Guidance in an interval uses different networks inside and outside the interval. */
export interface LevelNetwork {
  at(level: Level): Denoiser;
}
