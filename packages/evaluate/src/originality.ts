import { evaluateError } from './errors.ts';

/** Quantile of the held-out images' distances. A drawn image with a smaller distance is close. */
const CLOSE_QUANTILE = 0.01;
/**
 * Minimum share of close images with which a model is flagged as copying. Without copying, about 1 % of the images
 * are close.
 */
const COPYING_SHARE = 0.1;

export interface Originality {
  /** Median distance from the drawn images to their nearest training image. */
  readonly drawnMedian: number;
  /** Median distance from the held-out images to their nearest training image. */
  readonly heldOutMedian: number;
  /**
   * Distance below which an image is close to a training image. It is the 1 % quantile of the held-out images'
   * distances.
   */
  readonly closeDistance: number;
  /** Share of the drawn images that are close. For new images, 1 % is expected. */
  readonly closeShare: number;
  /** Whether the model is flagged as copying, because at least 10 % of its images are close. */
  readonly copies: boolean;
}

/**
 * Compares the distances from drawn images to their nearest training images with the distances from held-out images.
 * If the model has memorised training images, the distances of drawn images are much smaller.
 *
 * @param drawn distance from each drawn image to its nearest training image
 * @param heldOut distance from each held-out image to its nearest training image
 * @throws `EVALUATE_SHAPE` if one of the arrays is empty
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

/** Returns a quantile by linear interpolation, as NumPy does by default. @param share a number in [0, 1] */
function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (at - below) * (high - low);
}
