import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type TimestepRule, timestepPairs } from './timestep-pairs.ts';

interface Reference {
  readonly numTrainTimesteps: number;
  readonly timesteps: readonly [
    scheduler: string,
    spacing: TimestepRule,
    steps: number,
    offset: number,
    shown: number[],
  ][];
}
const { numTrainTimesteps, timesteps } = JSON.parse(
  readFileSync(new URL('../testdata/reference.json', import.meta.url), 'utf8'),
) as Reference;

/** Shortens long lists as the reference does: both ends, the sum, and the sum weighted by position. */
function shorten(ts: readonly number[]): readonly number[] {
  if (ts.length <= 50) return ts;
  const sum = ts.reduce((total, t) => total + t, 0);
  return [...ts.slice(0, 5), ...ts.slice(-5), sum, ts.reduce((total, t, i) => total + i * t, 0)];
}

describe('timestepPairs', () => {
  it.each(timesteps)(
    'visits the timesteps of %s with spacing %s, %d steps and offset %d',
    (_, spacing, steps, offset, expected) => {
      const pairs = timestepPairs({ spacing, steps, numTrainTimesteps, offset });
      expect(shorten(pairs.map(([t]) => t))).toEqual(expected);
    },
  );

  describe('rounds every tie as numpy does', () => {
    const { made_with: _, ...lists } = JSON.parse(
      readFileSync(new URL('../testdata/timesteps.json', import.meta.url), 'utf8'),
    ) as Record<string, readonly number[]>;
    it.each(Object.entries(lists))(
      'with spacing and timesteps %s, for every number of steps',
      (name, expected) => {
        const [spacing, T] = [name.split(' ')[0] as TimestepRule, Number(name.split(' ')[1])];
        const got = expected.map((_sum, i) =>
          timestepPairs({ spacing, steps: i + 1, numTrainTimesteps: T }).reduce(
            (sum, [t], k) => sum + (k + 1) * t,
            0,
          ),
        );
        expect(got).toEqual(expected);
      },
    );

    it('with spacing linspace in 27 steps and trailing in 48 steps', () => {
      const linspace = timestepPairs({ spacing: 'linspace', steps: 27, numTrainTimesteps });
      // 13 · (999 / 26) is a little less than 499.5 in float64; diffusers visits 499.
      expect(linspace[13]?.[0]).toBe(499);
      const trailing = timestepPairs({ spacing: 'trailing', steps: 48, numTrainTimesteps });
      expect(trailing.map(([t]) => t).filter((_t, i) => i % 6 === 3)).toEqual([
        936, 811, 686, 561, 436, 311, 186, 61,
      ]);
    });
  });

  it('links each step to the next timestep, and the last to the image', () => {
    for (const spacing of ['leading', 'linspace', 'trailing'] as const) {
      const pairs = timestepPairs({ spacing, steps: 7, numTrainTimesteps });
      pairs.forEach(([, tPrev], i) => {
        expect(tPrev).toBe(pairs[i + 1]?.[0] ?? -1);
      });
      expect(pairs.at(-1)?.[1]).toBe(-1);
    }
  });

  it('uses given timesteps', () => {
    expect(timestepPairs({ spacing: [900, 30, 0], numTrainTimesteps })).toEqual([
      [900, 30],
      [30, 0],
      [0, -1],
    ]);
  });

  it('accepts fractional times, and an end at a timestep instead of the image', () => {
    expect(timestepPairs({ spacing: [8.25, 2.5], end: 0, numTrainTimesteps: 10 })).toEqual([
      [8.25, 2.5],
      [2.5, 0],
    ]);
  });

  it('returns the timesteps of each variant of a rule', () => {
    const at = (
      request: Omit<Parameters<typeof timestepPairs>[0], 'numTrainTimesteps' | 'steps'>,
    ): number[] => timestepPairs({ ...request, steps: 4, numTrainTimesteps }).map(([t]) => t);
    expect(at({ spacing: 'leading', omitLast: true, offset: 1 })).toEqual([801, 601, 401, 201]);
    expect(at({ spacing: 'linspace', omitLast: true })).toEqual([999, 749, 500, 250]);
    expect(at({ spacing: 'linspace', fractional: true })).toEqual([999, 666, 333, 0]);
    const [, [second] = [0]] = timestepPairs({
      spacing: 'linspace',
      fractional: true,
      steps: 3,
      numTrainTimesteps,
    });
    expect(second).toBe(499.5);
  });

  it('returns a deeply frozen list', () => {
    const pairs = timestepPairs({ spacing: 'leading', steps: 3, numTrainTimesteps });
    expect([pairs, ...pairs].every(Object.isFrozen)).toBe(true);
  });

  it.each([
    [{ spacing: 'leading', numTrainTimesteps: 10 }, /steps is undefined/],
    [
      { spacing: 'leading', steps: 11, numTrainTimesteps: 10 },
      /steps is 11; expected an integer in \[1, 10\]/,
    ],
    [{ spacing: 'leading', steps: 0, numTrainTimesteps: 10 }, /steps is 0/],
    [
      { spacing: 'even', steps: 5, numTrainTimesteps: 10 },
      /spacing is "even"; expected leading, linspace, trailing/,
    ],
    [{ spacing: 'toString', steps: 5, numTrainTimesteps: 10 }, /spacing is "toString"; expected leading/],
    [{ spacing: 'leading', steps: 10, numTrainTimesteps: 10, offset: 1 }, /timestep 0 is 10/],
    [{ spacing: 'trailing', steps: 5, numTrainTimesteps: 10, offset: 1 }, /only spacing "leading"/],
    [{ spacing: [], numTrainTimesteps: 10 }, /no timesteps/],
    [{ spacing: [3, 3], numTrainTimesteps: 10 }, /spacing\[1\] is 3 after 3/],
    [
      { spacing: [3, 5], numTrainTimesteps: 10 },
      /spacing\[1\] is 5 after 3; expected strictly decreasing timesteps/,
    ],
    [{ spacing: [10, 5], numTrainTimesteps: 10 }, /spacing\[0\] is 10/],
    [{ spacing: [9.5, 5], numTrainTimesteps: 10 }, /spacing\[0\] is 9.5; expected a number in \[0, 9\]/],
    [{ spacing: [5, -0.5], numTrainTimesteps: 10 }, /spacing\[1\] is -0.5/],
    [{ spacing: [5, 2], end: 2, numTrainTimesteps: 10 }, /end is 2 after 2/],
    [{ spacing: [5, 2], end: -0.5, numTrainTimesteps: 10 }, /end is -0.5; expected -1, the image/],
    [
      { spacing: 'trailing', steps: 5, numTrainTimesteps: 10, omitLast: true },
      /omitLast is true; expected false/,
    ],
    [{ spacing: 'leading', steps: 5, numTrainTimesteps: 10, fractional: true }, /fractional is true/],
    [{ spacing: [5, 2], steps: 3, numTrainTimesteps: 10 }, /steps is 3, but spacing has 2 timesteps/],
    [{ spacing: 'leading', steps: 5, numTrainTimesteps: 0 }, /numTrainTimesteps is 0/],
  ])('refuses %j', (request, message) => {
    const call = (): unknown => timestepPairs(request as Parameters<typeof timestepPairs>[0]);
    expect(call).toThrow(message);
    expect(call).toThrow(expect.objectContaining({ code: 'SCHEDULE_SPACING' }));
  });
});
