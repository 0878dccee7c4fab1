import type { ImageShape } from '@isonoise/schedule';
import type { Corruption } from './corruption.ts';
import { BLUR, NOISE } from './corruptions.ts';
import { BLOTCHES, HOLES, MOTTLE, WARP, WOBBLE } from './distortions.ts';
import { PATCHES, SMEARS } from './mixtures.ts';

/** A corruption that the classifier learns to name, in three degrees. */
interface Fault {
  readonly corruption: Corruption;
  /** Smallest and largest strength. */
  readonly range: readonly [number, number];
  /** Strengths at which the second and the third degree begin. */
  readonly bounds: readonly [number, number];
}

/** Faults that the classifier learns to name. */
const LEARNED: readonly Fault[] = [
  { corruption: BLUR, range: [0.3, 4], bounds: [0.6, 1.3] },
  { corruption: NOISE, range: [0.05, 1], bounds: [0.13, 0.35] },
  { corruption: BLOTCHES, range: [0.05, 1], bounds: [0.13, 0.35] },
  { corruption: WARP, range: [0.5, 5], bounds: [1.1, 2.3] },
  { corruption: HOLES, range: [0.05, 0.5], bounds: [0.11, 0.23] },
  { corruption: MOTTLE, range: [0.03, 0.5], bounds: [0.08, 0.2] },
  { corruption: WOBBLE, range: [0.4, 4], bounds: [0.9, 1.8] },
  { corruption: PATCHES, range: [0.05, 0.5], bounds: [0.11, 0.23] },
  { corruption: SMEARS, range: [0.1, 0.9], bounds: [0.21, 0.43] },
];

/** Faults that features are fitted to show. */
export const FITTED: readonly Corruption[] = LEARNED.map(({ corruption }) => corruption);

/** Share of the pictures that have a fault. */
const SHARE = 0.5;
const DEGREES = 3;

/** Number of classes of faults. */
export const FAULT_CLASSES: number = LEARNED.length * DEGREES;

/**
 * Gives some pictures a fault.
 *
 * @param picture `[C, H, W]` in [−1, 1], changed in place
 * @param chance uniform number in [0, 1) that chooses the fault, if any
 * @param degree uniform number in [0, 1) that chooses the strength
 * @param seed determines the noise
 * @returns class of the fault, in [0, FAULT_CLASSES); null if the picture did not change
 */
export function addFault(
  picture: Float32Array,
  shape: ImageShape,
  { chance, degree, seed }: { readonly chance: number; readonly degree: number; readonly seed: number },
): number | null {
  const index = Math.floor((chance / SHARE) * LEARNED.length);
  const fault = LEARNED[index];
  if (fault === undefined) return null;
  const { corruption, range, bounds } = fault;
  const strength = range[0] * (range[1] / range[0]) ** degree;
  corruption.apply(picture, shape, strength, seed);
  return DEGREES * index + bounds.filter((bound) => strength >= bound).length;
}
