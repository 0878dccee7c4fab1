import { readFileSync } from 'node:fs';
import { createSchedule, levelAt, type PredictionType } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { samplers } from './sampler-table.ts';
import { takeRow } from './take-row.ts';

interface Row {
  readonly sampler: 'ddpm' | 'ddim';
  readonly schedule: 'linear' | 'cosine';
  readonly predictionType: PredictionType;
  readonly clip: number | null;
  readonly variance?: 'fixed_small' | 'fixed_large';
  readonly eta?: number;
  readonly epsFromClipped?: boolean;
  readonly t: number;
  readonly tPrev: number;
  readonly x: readonly number[];
  readonly x0: readonly number[];
}
interface Reference {
  readonly inputs: Readonly<Record<'x' | 'output' | 'noise', number[]>>;
  readonly steps: readonly Row[];
}
const { inputs, steps } = JSON.parse(
  readFileSync(new URL('../testdata/reference.json', import.meta.url), 'utf8'),
) as Reference;

const SCHEDULES = { linear: createSchedule({ kind: 'linear' }), cosine: createSchedule({ kind: 'cosine' }) };
const VARIANCES = { fixed_small: 'fixedSmall', fixed_large: 'fixedLarge' } as const;

function ours(reference: Row): { x: Float32Array; x0: Float32Array } {
  const { sampler, predictionType, t, tPrev, variance, eta, epsFromClipped } = reference;
  const schedule = SCHEDULES[reference.schedule];
  const grid = { schedule, levels: [levelAt(schedule, t), levelAt(schedule, tPrev)] };
  const [row] = samplers[sampler].rows(grid, {
    ...(variance === undefined ? {} : { variance: VARIANCES[variance] }),
    eta,
    epsFromClipped,
  });
  if (row === undefined) throw new Error('no row');
  const { next, x0 } = takeRow(
    row,
    { predictionType, clip: reference.clip ?? undefined },
    {
      x: Float32Array.from(inputs.x),
      output: Float32Array.from(inputs.output),
      memory: [],
      noise: [Float32Array.from(inputs.noise)],
    },
  );
  return { x: next, x0 };
}

describe('a single step equals the step of diffusers', () => {
  const nameOf = ({ sampler, schedule, predictionType }: Row): string =>
    `${sampler} with schedule ${schedule} and prediction type ${predictionType}`;
  const names = [...new Set(steps.map(nameOf))];

  it.each(names)('for %s', (group) => {
    const rows = steps.filter((row) => nameOf(row) === group);
    expect(rows.length).toBeGreaterThanOrEqual(20);
    for (const row of rows) {
      const got = ours(row);
      // Relative: our result is rounded once to float32 (2^-24), and 1 - ᾱ cancels in diffusers (1e-16 / 1e-4).
      // Absolute: the reference has eleven digits, and some sums are near 0.
      const [relative, absolute] = [2 ** -24 + 1e-11, 1e-10];
      for (const name of ['x0', 'x'] as const) {
        row[name].forEach((expected, i) => {
          const error = Math.abs((got[name][i] ?? Number.NaN) - expected);
          const close = error <= relative * Math.abs(expected) + absolute;
          expect({ ...row, name, i, error, close }).toMatchObject({ close: true });
        });
      }
    }
  });
});
