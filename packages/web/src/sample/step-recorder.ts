import { toBytes } from '@isonoise/picture';
import type { SampleStep } from '@isonoise/sampler';

/** One moment of a run, as 8-bit samples `[N, C, H, W]`: a quarter of the numbers' memory. */
export interface Frame {
  /** Steps done; 0 is the noise that it begins with. */
  readonly step: number;
  /** The timestep it started from; the noise has none. */
  readonly t: number | null;
  /** x_t: the images as they are. */
  readonly noisy: Uint8Array<ArrayBuffer>;
  /** The estimate of the finished images at that moment. */
  readonly estimate: Uint8Array<ArrayBuffer>;
}

export interface RecorderLimits {
  /** An animation of more frames grows large and shows no more; `pnpm sample --gif` has the same limit. */
  readonly frames: number;
  /** Of all frames together. */
  readonly bytes: number;
}

const DEFAULT_LIMITS: RecorderLimits = { frames: 100, bytes: 96 * 1024 * 1024 };

/** Keeps the moments of a run for looking at it again: evenly spread, and always the last. */
export class StepRecorder {
  readonly frames: Frame[];
  private readonly stride: number;

  /**
   * @param noise x_T, `[N, C, H, W]`: where the run begins
   * @param steps how many it takes
   */
  constructor(noise: Float32Array, steps: number, limits: RecorderLimits = DEFAULT_LIMITS) {
    const fit = Math.max(1, Math.floor(limits.bytes / (2 * noise.length)));
    this.stride = Math.ceil(steps / Math.min(limits.frames, fit));
    const bytes = toBytes(noise);
    this.frames = [{ step: 0, t: null, noisy: bytes, estimate: bytes }];
  }

  /** @returns the frame, to be shown; whether it is kept depends on its number */
  add({ step, steps, t, x, preview }: SampleStep): Frame {
    const frame = { step, t, noisy: toBytes(x), estimate: toBytes(preview) };
    if ((steps - step) % this.stride === 0) this.frames.push(frame);
    return frame;
  }
}
