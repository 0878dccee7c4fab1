import { readFileSync } from 'node:fs';
import { createSchedule, type PredictionType } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { ddimCoefficients } from './ddim.ts';
import { ddpmCoefficients } from './ddpm.ts';
import { takeLinearStep } from './linear-step.ts';

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

function ours(row: Row): { x: Float32Array; x0: Float32Array } {
  const schedule = SCHEDULES[row.schedule];
  const common = { predictionType: row.predictionType, clip: row.clip ?? undefined };
  const step =
    row.sampler === 'ddpm'
      ? ddpmCoefficients(schedule, row.t, row.tPrev, {
          ...common,
          variance: VARIANCES[row.variance ?? 'fixed_small'],
        })
      : ddimCoefficients(schedule, row.t, row.tPrev, {
          ...common,
          eta: row.eta,
          epsFromClipped: row.epsFromClipped,
        });
  const size = inputs.x.length;
  const slices = {
    x: Float32Array.from(inputs.x),
    output: Float32Array.from(inputs.output),
    noise: Float32Array.from(inputs.noise),
    next: new Float32Array(size),
    x0: new Float32Array(size),
  };
  takeLinearStep(step, slices);
  return { x: slices.next, x0: slices.x0 };
}

describe('a single step equals that of diffusers', () => {
  const nameOf = ({ sampler, schedule, predictionType }: Row): string =>
    `${sampler} ${schedule} ${predictionType}`;
  const names = [...new Set(steps.map(nameOf))];

  it.each(names)('for %s', (group) => {
    const rows = steps.filter((row) => nameOf(row) === group);
    expect(rows.length).toBeGreaterThanOrEqual(20);
    for (const row of rows) {
      const got = ours(row);
      // Relative: the reference is float64; ours is rounded once to float32 (2^-24). 1 - ᾱ cancels in diffusers
      // (1e-16 / 1e-4). Absolute: the reference has eleven digits, and some sums are near 0.
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
