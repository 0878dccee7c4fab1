import { pictureError } from './errors.ts';
import type { Picture } from './picture.ts';
import { requirePictureFits } from './picture-limits.ts';
import { requireFilled } from './require-filled.ts';

export interface AnimationOptions {
  /** Duration of a frame in milliseconds, which GIF rounds to hundredths of a second. Default 60. */
  readonly delayMs?: number;
  /** Duration of the last frame in milliseconds. Default 1500, which keeps the result visible for longer. */
  readonly lastDelayMs?: number;
  /** Number of repeats: 0 means forever, and −1 means none. Default 0. */
  readonly repeat?: number;
  /** Texts by keyword, in Latin-1, such as `Software`. GIF stores each as a comment of at most 255 characters. */
  readonly text?: Readonly<Record<string, string>>;
}

/** Checked frames of equal size and channels, and their timing. */
export interface Animation {
  readonly first: Picture;
  /** Duration of each frame in milliseconds. */
  readonly delays: readonly number[];
  readonly repeat: number;
}

/** Maximum duration of a frame in milliseconds. GIF stores 16 bits of hundredths of a second. */
const MOST_DELAY = 655_350;
const MOST_REPEATS = 65_535;

/**
 * Checks the frames and the timing of an animation.
 *
 * @param operation prefix of error messages
 * @throws `PICTURE_NO_FRAMES`, `PICTURE_FRAMES_DIFFER`, `PICTURE_SHAPE`, `PICTURE_OPTION`, `PICTURE_TOO_LARGE`
 */
export function checkedAnimation(
  operation: string,
  frames: readonly Picture[],
  options: AnimationOptions,
): Animation {
  const [first] = frames;
  if (first === undefined) {
    throw pictureError('PICTURE_NO_FRAMES', `${operation}: got no frames; expected at least one.`);
  }
  const { width, height, channels } = first;
  frames.forEach((frame, i) => {
    requireFilled(`${operation}, frame ${i}`, frame);
    if (frame.width === width && frame.height === height && frame.channels === channels) return;
    throw pictureError(
      'PICTURE_FRAMES_DIFFER',
      `${operation}: frame ${i} is ${describe(frame)}; expected ${describe(first)}, like frame 0.`,
    );
  });
  requirePictureFits(`${operation}: the frames have`, width, height, frames.length);
  const delay = delayOf(operation, 'delayMs', options.delayMs ?? 60);
  const lastDelay = delayOf(operation, 'lastDelayMs', options.lastDelayMs ?? 1500);
  return {
    first,
    delays: frames.map((_, i) => (i === frames.length - 1 ? lastDelay : delay)),
    repeat: repeatOf(operation, options.repeat ?? 0),
  };
}

function describe({ width, height, channels }: Picture): string {
  return `${width}x${height}x${channels}`;
}

function delayOf(operation: string, name: string, value: number): number {
  if (value >= 0 && value <= MOST_DELAY) return value;
  throw pictureError(
    'PICTURE_OPTION',
    `${operation}: ${name} is ${value}; expected 0 to ${MOST_DELAY} milliseconds, the maximum of GIF.`,
  );
}

function repeatOf(operation: string, value: number): number {
  if (Number.isInteger(value) && value >= -1 && value <= MOST_REPEATS) return value;
  throw pictureError(
    'PICTURE_OPTION',
    `${operation}: repeat is ${value}; expected 0 (forever), -1 (once) or 1 to ${MOST_REPEATS} repeats.`,
  );
}
