import { toBytes } from '@isonoise/picture';
import type { SampleStep } from '@isonoise/sampler';

/** Where a run begins: at the noise, or after the last step of a saved run. */
export interface FirstFrame extends Pick<Frame, 'step' | 't'> {
  /** The images, `[N, C, H, W]`. */
  readonly x: Float32Array;
}

/**
 * Images of one step `[N, C, H, W]`. They are stored as 8-bit samples, which take a quarter of the memory of
 * float32.
 */
export interface Frame {
  /** Steps done; 0 is the beginning of the run, usually noise. */
  readonly step: number;
  /** The timestep at the start of the step; null for the beginning of the run. */
  readonly t: number | null;
  /** x_t, the noisy images. */
  readonly noisy: Uint8Array<ArrayBuffer>;
  /** The estimate of the finished images at this step. */
  readonly estimate: Uint8Array<ArrayBuffer>;
}

export interface RecorderLimits {
  /** Maximum number of frames after the noise; the same limit as `pnpm sample --gif`. */
  readonly frames: number;
  /** Maximum total bytes of all frames. */
  readonly bytes: number;
}

const DEFAULT_LIMITS: RecorderLimits = { frames: 100, bytes: 96 * 1024 * 1024 };

/** Records steps of a run for replay: evenly spaced, always including the last. */
export class StepRecorder {
  readonly frames: Frame[];
  private readonly stride: number;

  /**
   * @param steps total steps of the run
   */
  constructor({ x, step, t }: FirstFrame, steps: number, limits: RecorderLimits = DEFAULT_LIMITS) {
    const fit = Math.max(1, Math.floor(limits.bytes / (2 * x.length)));
    this.stride = Math.ceil((steps - step) / Math.min(limits.frames, fit));
    const bytes = toBytes(x);
    this.frames = [{ step, t, noisy: bytes, estimate: bytes }];
  }

  /** Records the step if the stride selects it. @returns its frame, for display */
  add({ step, steps, t, x, preview }: SampleStep): Frame {
    const frame = { step, t, noisy: toBytes(x), estimate: toBytes(preview) };
    if ((steps - step) % this.stride === 0) this.frames.push(frame);
    return frame;
  }

  /**
   * Replaces the last frame, because finished images were changed after drawing.
   *
   * @param last the frame that the last step returned
   * @returns the frames, and the last one
   */
  end(last: Frame, images: Float32Array): { readonly frames: readonly Frame[]; readonly latest: Frame } {
    const bytes = toBytes(images);
    const latest = { ...last, noisy: bytes, estimate: bytes };
    return { frames: this.frames.map((frame) => (frame === last ? latest : frame)), latest };
  }
}
