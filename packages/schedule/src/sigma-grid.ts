import { betaQuantile } from './beta-quantile.ts';
import { exp, log } from './elementary.ts';
import { gridNoise, logNoise, timeOfNoise } from './level.ts';
import type { DiffusionSchedule } from './schedule.ts';

/**
 * Rule that places levels by their sigma / alpha instead of their timestep, between two ends:
 * - `karras`: evenly spaced seventh roots (Karras et al. 2022, eq. 5)
 * - `exponential`: evenly spaced logarithms
 * - `beta`: quantiles of the beta distribution with parameters 0.6 (Lee et al. 2024), many near both ends
 * - `lu`: evenly spaced λ (Lu et al. 2022, DPM-Solver); the same levels as `exponential`
 */
export type SigmaGrid = 'karras' | 'exponential' | 'beta' | 'lu';

/** The order of the roots of `karras`. */
const RHO = 7;

type Place = (share: number, most: number, least: number) => number;

const evenLogarithms: Place = (share, most, least) => most + share * (least - most);

/**
 * Rules that place a level between two ends. `share` is the fraction of the way from the noisiest end, from 0 to 1. `most`
 * and `least` are log(sigma / alpha) of the ends; the result is log(sigma / alpha) of the level.
 */
const PLACES: { readonly [K in SigmaGrid]: Place } = {
  karras: (share, most, least) => {
    const [start, end] = [exp(most / RHO), exp(least / RHO)];
    return RHO * log(start + share * (end - start));
  },
  exponential: evenLogarithms,
  beta: (share, most, least) => {
    const [start, end] = [exp(most), exp(least)];
    return log(end + betaQuantile(1 - share) * (start - end));
  },
  lu: evenLogarithms,
};

/** The names of all {@link SigmaGrid}s. */
export const SIGMA_GRIDS: readonly SigmaGrid[] = Object.freeze(Object.keys(PLACES) as SigmaGrid[]);

/**
 * Lists the times of n levels, most noise first.
 *
 * @param ends the first and the last time. The result contains both exactly, or only the first if n is 1
 */
export function sigmaTimes(
  schedule: DiffusionSchedule,
  grid: SigmaGrid,
  n: number,
  [first, last]: readonly [first: number, last: number],
): readonly number[] {
  const [most, least] = [gridNoise(schedule, first), gridNoise(schedule, last)];
  return Array.from({ length: n }, (_, i) => {
    if (i === 0) return first;
    if (i === n - 1) return last;
    return timeOfNoise(schedule, PLACES[grid](i / (n - 1), most, least));
  });
}

/**
 * Moves fractional times so that sigma / alpha is linear between timesteps, as in the classes of diffusers that visit
 * fractional timesteps. Whole times do not change.
 */
export function linearSigmaTimes(schedule: DiffusionSchedule, times: readonly number[]): readonly number[] {
  return times.map((t) => {
    const below = Math.floor(t);
    const share = t - below;
    if (share === 0) return t;
    const [low, high] = [exp(logNoise(schedule, below)), exp(logNoise(schedule, below + 1))];
    return timeOfNoise(schedule, log((1 - share) * low + share * high));
  });
}
