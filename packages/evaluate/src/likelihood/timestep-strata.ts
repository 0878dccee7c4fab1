import { plural } from '@isonoise/error';
import { evaluateError } from '../errors.ts';

/** A range of timesteps. Each image is evaluated at one random timestep of the range. */
export interface Stratum {
  readonly first: number;
  readonly count: number;
}

/**
 * Exponent of the distribution of the strata. With 2, the strata grow with t. Small timesteps, where the terms are
 * large and change fast, are therefore evaluated more often.
 */
const GROWTH = 2;

/**
 * Divides the timesteps 0 … T - 1 into strata. With one random t from each stratum, the sum of count · L_t is an
 * unbiased estimate of the sum of all L_t. Timestep 0 has the largest term and is always a separate stratum.
 *
 * @param count number of strata, from 2 to T, or 1 if T is 1; with T strata, all timesteps are evaluated
 * @throws `EVALUATE_SHAPE`
 */
export function timestepStrata(T: number, count: number): readonly Stratum[] {
  const least = Math.min(2, T);
  if (!(Number.isInteger(count) && count >= least && count <= T)) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `variational bound: got ${plural(count, 'timestep')}; expected a whole number from ${least} to ${T}. Choose such a number.`,
    );
  }
  const strata: Stratum[] = [{ first: 0, count: 1 }];
  let first = 1;
  for (let k = 1; k < count; k++) {
    // Leave at least one timestep for this stratum and for each of the next ones.
    const end = Math.round(1 + (T - 1) * (k / (count - 1)) ** GROWTH);
    const next = Math.min(Math.max(end, first + 1), T - (count - 1 - k));
    strata.push({ first, count: next - first });
    first = next;
  }
  return strata;
}
