import { createSchedule, levelsOf, type Schedule, spacedSteps } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { type LinearCase, linearRowClasses, readLinearRows } from '../testdata/linear-rows.ts';
import { spacingOfConfig } from '../testdata/spacing-of-config.ts';

const KINDS = { linear: 'linear', scaled_linear: 'scaledLinear', squaredcos_cap_v2: 'cosine' } as const;

function scheduleOf({ config }: LinearCase): Schedule {
  const kind = KINDS[config.beta_schedule as keyof typeof KINDS];
  const zeroTerminalSnr = config.rescale_betas_zero_snr === true;
  if (kind === 'cosine') return createSchedule({ kind, zeroTerminalSnr });
  const [betaStart, betaEnd] = [config.beta_start as number, config.beta_end as number];
  return createSchedule({ kind, betaStart, betaEnd, zeroTerminalSnr });
}

/** Classes with other schedules, reversed ones, or levels between those of the grid. */
const OTHERS = /^(FlowMatch|IPNDM|KDPM2|DPMSolverSDE|DPMSolverMultistepInverse)/;

const runs = linearRowClasses()
  .filter((name) => !OTHERS.test(name))
  .flatMap((name) =>
    readLinearRows(name).cases.flatMap((each, index) =>
      each.runs.flatMap(({ steps, sigmas }) =>
        sigmas === undefined ? [] : [{ name, index, each, steps, sigmas }],
      ),
    ),
  );

describe('the sigmas of diffusers', () => {
  it('are compared for each grid and variant', () => {
    const spacings = runs.map(({ each }) => spacingOfConfig(each));
    expect(new Set(spacings.map(({ rule }) => rule))).toEqual(
      new Set(['leading', 'linspace', 'trailing', 'karras', 'exponential', 'beta', 'lu']),
    );
    expect(spacings.some(({ offset }) => offset === 1)).toBe(true);
    expect(spacings.some(({ omitLast }) => omitLast)).toBe(true);
    expect(spacings.some(({ fractional }) => fractional)).toBe(true);
    expect(spacings.some(({ within }) => within !== undefined)).toBe(true);
    expect(spacings.some(({ end }) => end === 'timestep0')).toBe(true);
  });

  it.each(runs)('of $name, case $index with $steps steps, are ours', ({ each, steps, sigmas }) => {
    const schedule = scheduleOf(each);
    const levels = levelsOf(schedule, spacedSteps(schedule, spacingOfConfig(each), steps));
    // Heun has each sigma twice, and some runs repeat the last one; we omit a step between equal levels.
    const expected = sigmas.filter((sigma, k) => sigma !== sigmas[k - 1]);
    expect(levels).toHaveLength(expected.length);
    for (const [k, { alpha, sigma }] of levels.entries()) {
      const found = sigma / alpha;
      const known = expected[k] as number;
      // Pure noise is 4096 in diffusers, from ᾱ = 2^-24.
      const isPure = alpha === 0 && Math.abs(known - Math.sqrt(2 ** 24 - 1)) < 1e-3;
      // 1 - ᾱ cancels in diffusers: 1e-16 of 1e-4. Files have eight digits or more.
      expect({ k, found, known, close: isPure || Math.abs(found - known) <= 6e-8 * known }).toMatchObject({
        close: true,
      });
    }
  });
});
