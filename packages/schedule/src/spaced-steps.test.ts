import { describe, expect, it } from 'vitest';
import { levelAt } from './level.ts';
import { createSchedule } from './schedule.ts';
import { type SpacingChoice, spacedSteps } from './spaced-steps.ts';
import { timestepPairs } from './timestep-pairs.ts';

const schedule = createSchedule({ kind: 'linear' });

const timesOf = (choice: SpacingChoice, steps?: number): readonly number[] =>
  spacedSteps(schedule, choice, steps).map(([t]) => t);

/** Returns sigma / alpha at the start of each step. */
const ratiosOf = (choice: SpacingChoice, steps: number): readonly number[] =>
  timesOf(choice, steps).map((t) => {
    const { alpha, sigma } = levelAt(schedule, t);
    return sigma / alpha;
  });

describe('spacedSteps', () => {
  it('equals timestepPairs for names of timestep rules and for lists', () => {
    for (const spacing of ['leading', 'linspace', 'trailing', [900, 30.5, 0]] as const) {
      const steps = typeof spacing === 'string' ? 7 : undefined;
      expect(spacedSteps(schedule, spacing, steps)).toEqual(
        timestepPairs({ spacing, steps, numTrainTimesteps: 1000 }),
      );
    }
  });

  it.each(['karras', 'exponential', 'beta', 'lu'] as const)('may end between timesteps with %s', (rule) => {
    // The rule makes five timesteps from 999 to 0 and omits the last, so the run ends at 999 / 4.
    const within = { rule: 'linspace', omitLast: true, fractional: true } as const;
    const between = timesOf({ rule, within }, 4);
    // The interpolation of σ/α instead of its logarithm moves the time by 5e-4.
    expect(between.at(-1)).toBeCloseTo(249.75, 2);
    expect(between).toEqual([...between].sort((a, b) => b - a));
    expect(between.every(Number.isFinite)).toBe(true);
  });

  it.each(['karras', 'exponential', 'beta', 'lu'] as const)(
    'starts at the last timestep and ends at timestep 0 with %s',
    (rule) => {
      for (const steps of [2, 3, 10, 50, 1000]) {
        const times = timesOf(rule, steps);
        expect([times[0], times.at(-1)]).toEqual([999, 0]);
      }
      expect(timesOf(rule, 1)).toEqual([999]);
    },
  );

  it('places levels by the closed form of each grid', () => {
    const [most, least] = [ratiosOf('trailing', 1)[0] ?? 0, ratiosOf([0], 1)[0] ?? 0];
    const karras = (u: number): number => (most ** (1 / 7) + u * (least ** (1 / 7) - most ** (1 / 7))) ** 7;
    const even = (u: number): number => most ** (1 - u) * least ** u;
    const expected = { karras, exponential: even, lu: even } as const;
    for (const [rule, place] of Object.entries(expected)) {
      ratiosOf(rule as keyof typeof expected, 10).forEach((ratio, i) => {
        expect(Math.abs(ratio / place(i / 9) - 1)).toBeLessThan(1e-12); // The tolerance allows powers of rounded powers.
      });
    }
    // The middle of a symmetric distribution is 1/2.
    expect(ratiosOf('beta', 3)[1]).toBeCloseTo((most + least) / 2, 10);
  });

  it('places a grid between the first and the last timestep of the rule in within', () => {
    const times = timesOf({ rule: 'karras', within: { rule: 'leading', offset: 1 } }, 10);
    expect([times[0], times.at(-1)]).toEqual([901, 1]);
  });

  it('interpolates sigma / alpha linearly between timesteps with fractional linspace', () => {
    const [, middle] = ratiosOf({ rule: 'linspace', fractional: true }, 3);
    const [below = 0, above = 0] = ratiosOf([499, 500].reverse(), 2).toReversed();
    expect(middle).toBeCloseTo((below + above) / 2, 12);
  });

  it('ends at timestep 0 with end timestep0, and omits a step that would stay there', () => {
    expect(spacedSteps(schedule, { rule: 'linspace', end: 'timestep0' }, 3)).toEqual([
      [999, 500],
      [500, 0],
    ]);
    expect(spacedSteps(schedule, { rule: 'trailing', end: 'timestep0' }, 2)).toEqual([
      [999, 499],
      [499, 0],
    ]);
  });

  const refused: readonly (readonly [choice: object, message: RegExp, steps: number])[] = [
    [{ rule: 'even' }, /spacing is "even"; expected leading, linspace, trailing, karras/, 5],
    [{ rule: 'karras', offset: 1 }, /offset is given with "karras"; .* Put it into "within"/, 5],
    [{ rule: 'leading', within: { rule: 'leading' } }, /within is given with "leading"/, 5],
    [{ rule: 'karras', within: { rule: 'karras' } }, /within is \{"rule":"karras"\}/, 5],
    [{ rule: 'karras', within: { rule: 'leading', end: 'image' } }, /within is/, 5],
    [{ rule: 'leading', end: 'zero' }, /end is "zero"; expected "image" or "timestep0"/, 5],
    [{ rule: 'leading', shift: 1 }, /spacing has "shift"; expected only rule/, 5],
    [{ rule: 'karras' }, /steps is 0; expected an integer in \[1, 1000\]/, 0],
    [{ rule: 'leading', end: 'timestep0' }, /the only step would begin and end at timestep 0/, 1],
  ];
  it.each(refused)('refuses %j', (choice, message, steps) => {
    const call = (): unknown =>
      spacedSteps(schedule, JSON.parse(JSON.stringify(choice)) as SpacingChoice, steps);
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ code: 'SCHEDULE_SPACING' }));
  });
});
