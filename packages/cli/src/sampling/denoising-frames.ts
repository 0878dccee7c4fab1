import type { Picture } from '@isonoise/picture';

/** An animation of more frames grows large and shows no more. */
const MOST_FRAMES = 100;

/** Keeps the pictures of a run that an animation needs: at most 100, evenly spread, the last one always. */
export class DenoisingFrames {
  readonly frames: Picture[] = [];

  /** @param make called only where the step is kept */
  add(step: number, steps: number, make: () => Picture): void {
    if ((steps - step) % strideOf(steps) === 0) this.frames.push(make());
  }
}

/** The number of frames that a run leaves. */
export function framesOf(steps: number): number {
  return Math.ceil(steps / strideOf(steps));
}

function strideOf(steps: number): number {
  return Math.ceil(steps / MOST_FRAMES);
}
