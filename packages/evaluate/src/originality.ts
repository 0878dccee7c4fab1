import { evaluateError } from './errors.ts';

/** A distance below this quantile of the held-out images' distances counts as close. */
const CLOSE_QUANTILE = 0.01;
/**
 * If at least this share of a model's images is close, the model is flagged as copying. If a model does not
 * copy, about 1 % of its images are close.
 */
const COPYING_SHARE = 0.1;

export interface Originality {
  /** Median distance from the drawn images to their nearest training image. */
  readonly drawnMedian: number;
  /** Median distance from the held-out images to their nearest training image. */
  readonly heldOutMedian: number;
  /** The distance below which an image is close to a training image: the 1 % quantile of the held-out images. */
  readonly closeDistance: number;
  /** Share of the drawn images that are close; 1 % is expected of new images. */
  readonly closeShare: number;
  /** Whether the model copies: at least 10 % of its images are close. */
  readonly copies: boolean;
}

/**
 * Compares the distances from drawn images to their nearest training images with the distances from held-out
 * images. If the model has memorised training images, drawn images are much closer to training images than
 * held-out images are.
 *
 * @param drawn distance from each drawn image to its nearest training image
 * @param heldOut distance from each held-out image to its nearest training image
 * @throws `EVALUATE_SHAPE` if one of them is empty
 */
export function originality(drawn: ArrayLike<number>, heldOut: ArrayLike<number>): Originality {
  if (drawn.length === 0 || heldOut.length === 0) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `originality: got ${drawn.length} drawn and ${heldOut.length} held-out images; expected at least one of each. ` +
        'Draw images, or hold some images out.',
    );
  }
  const closeDistance = quantile(heldOut, CLOSE_QUANTILE);
  const close = Array.from(drawn).filter((distance) => distance < closeDistance).length;
  const closeShare = close / drawn.length;
  return {
    drawnMedian: quantile(drawn, 0.5),
    heldOutMedian: quantile(heldOut, 0.5),
    closeDistance,
    closeShare,
    copies: closeShare >= COPYING_SHARE,
  };
}

/** Returns a quantile by linear interpolation, the default of NumPy. @param share a number in [0, 1] */
function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (at - below) * (high - low);
}
