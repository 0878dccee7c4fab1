import type { Picture } from '@isonoise/picture';

/** Maximum number of frames of an animation. More frames would hardly look different. */
const MAX_FRAMES = 100;

/** The frames of an animation: at most 100 evenly spaced steps, including the last step. */
export class DenoisingFrames {
  readonly frames: Picture[] = [];

  /** Adds a step. @param make returns the picture of the step; called only if the step is kept */
  add(step: number, steps: number, make: () => Picture): void {
    if ((steps - step) % strideOf(steps) === 0) this.frames.push(make());
  }
}

/** Returns the number of frames of a run with the given number of steps. */
export function framesOf(steps: number): number {
  return Math.ceil(steps / strideOf(steps));
}

function strideOf(steps: number): number {
  return Math.ceil(steps / MAX_FRAMES);
}
