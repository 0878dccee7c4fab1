import { samplers } from '@isonoise/sampler';
import { type Level, levelsOf, type SpacingRule, spacedSteps } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { hasOddSteps, type LinearMatch, levelsFor, readRuns } from './linear-matches.ts';

/** Classes whose runs do not begin and end at the levels of our samplers. docs/samplers.md explains them. */
const OTHERS = ['DPMSolverMultistepInverseScheduler', 'TCDScheduler'];

/** Whether the levels of a run differ from ours. */
const isOther = ({ name, run, read }: LinearMatch): boolean =>
  OTHERS.includes(name) || hasOddSteps(read, run);

const runs = readRuns.filter((each) => !isOther(each));

/** The levels of a run in our plan. The sampler places them, or the spacing if the sampler does not. */
function levelsOfPlan({ run: { steps }, read }: LinearMatch): readonly Level[] {
  const { schedule, sampler, settings, spacing } = read;
  const { times, inverts } = samplers[sampler];
  const chosen = times?.(schedule.numTrainTimesteps, steps, settings) ?? spacing;
  const levels = levelsOf(schedule, spacedSteps(schedule, chosen, steps));
  return inverts === undefined ? levels : levels.toReversed();
}

/** The ratio of noise to signal of each level. Steps between equal levels are omitted. */
const ratios = (levels: readonly Level[]): readonly number[] =>
  levels.map(({ alpha, sigma }) => sigma / alpha).filter((ratio, k, all) => ratio !== all[k - 1]);

describe('the levels of diffusers', () => {
  it('are compared with ours for each grid and variant', () => {
    const spacings: readonly SpacingRule[] = runs.map(({ read }) => read.spacing);
    expect(new Set(spacings.map(({ rule }) => rule))).toEqual(
      new Set(['leading', 'linspace', 'trailing', 'karras', 'exponential', 'beta', 'lu']),
    );
    expect(spacings.some(({ offset }) => offset === 1)).toBe(true);
    expect(spacings.some(({ omitLast }) => omitLast)).toBe(true);
    expect(spacings.some(({ fractional }) => fractional)).toBe(true);
    expect(spacings.some(({ within }) => within !== undefined)).toBe(true);
    expect(spacings.some(({ end }) => end === 'timestep0')).toBe(true);
  });

  it.each(runs)('for $name, case $index with $run.steps steps, equal ours', (match: LinearMatch) => {
    const found = ratios(levelsOfPlan(match));
    const expected = ratios(levelsFor(match.name, match.run, match.read));
    expect(found).toHaveLength(expected.length);
    for (const [k, ours] of found.entries()) {
      const known = expected[k] as number;
      // Pure noise is 4096 in diffusers, from ᾱ = 2^-24.
      const isPure = ours === Number.POSITIVE_INFINITY && Math.abs(known - Math.sqrt(2 ** 24 - 1)) < 1e-3;
      // The files have at least eight digits. The rounding error of 1 - ᾱ in diffusers is far smaller.
      const close = ours === known || isPure || Math.abs(ours - known) <= 6e-8 * known;
      expect({ k, ours, known, close }).toMatchObject({ close: true });
    }
  });
});
