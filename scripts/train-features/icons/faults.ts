import type { ImageShape } from '@isonoise/schedule';
import { BLUR, type Corruption, NOISE } from './corruptions.ts';

/** A corruption that the classifier learns to name, in three degrees. */
interface Fault {
  readonly corruption: Corruption;
  /** Smallest and largest strength. */
  readonly range: readonly [number, number];
  /** Strengths at which the second and the third degree begin. */
  readonly bounds: readonly [number, number];
}

const FAULTS: readonly Fault[] = [
  { corruption: BLUR, range: [0.3, 4], bounds: [0.6, 1.3] },
  { corruption: NOISE, range: [0.05, 1], bounds: [0.13, 0.35] },
];

/** Share of the pictures that have a fault. */
const SHARE = 0.25;
const DEGREES = 3;

/** Number of classes of faults. */
export const FAULT_CLASSES: number = FAULTS.length * DEGREES;

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
  const index = Math.floor((chance / SHARE) * FAULTS.length);
  const fault = FAULTS[index];
  if (fault === undefined) return null;
  const { corruption, range, bounds } = fault;
  const strength = range[0] * (range[1] / range[0]) ** degree;
  corruption.apply(picture, shape, strength, seed);
  return DEGREES * index + bounds.filter((bound) => strength >= bound).length;
}
