import type { DdpmVariance } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { likelihoodReference, schedules } from '../../testdata/likelihood.ts';
import { boundTerms, priorTerm } from './bound-terms.ts';

const { cases, priors, x0, variances } = likelihoodReference;
const VARIANCES: readonly DdpmVariance[] = [
  'fixedSmall',
  'fixedLarge',
  'learnedRange',
  'learned',
  'learnedLog',
];

/** Returns the computed terms for a case of the reference, by variance. */
function termsOf({
  kind,
  prediction,
  t,
  clip,
  noisy,
  output,
}: (typeof cases)[number]): readonly (readonly [DdpmVariance, number])[] {
  const schedule = schedules[kind];
  if (schedule === undefined) throw new Error(kind);
  const model = { schedule, predictionType: prediction, clip: clip ? 1 : Number.POSITIVE_INFINITY };
  return VARIANCES.map((name) => {
    const outputs = variances[name];
    const arrays = {
      x0: Float32Array.from(x0),
      xt: Float32Array.from(noisy),
      prediction: Float32Array.from(output),
      variance: outputs === undefined ? undefined : Float32Array.from(outputs),
    };
    return [name, boundTerms(model, t, arrays, [name])[0] as number];
  });
}

describe('boundTerms', () => {
  it.each(cases)(
    'returns the terms of a float64 reference: $kind, $prediction, t = $t, clip $clip',
    (reference) => {
      for (const [name, term] of termsOf(reference)) {
        // Both are float64. For a log variance of -10, the exponential multiplies errors of 1e-16 by up to e^10.
        expect([name, Math.abs(term / reference.terms[name] - 1) < 1e-10]).toEqual([name, true]);
      }
    },
  );

  it.each(cases.filter(({ t }) => t > 0))(
    'returns the terms of improved-diffusion: $kind, $prediction, t = $t, clip $clip',
    (reference) => {
      for (const [name, term] of termsOf(reference))
        expect(term).toBeCloseTo(reference.improvedDiffusion[name], 9);
    },
  );

  it('differs from improved-diffusion only at t = 0, where improved-diffusion approximates probabilities', () => {
    for (const reference of cases.filter(({ t, clip }) => t === 0 && clip)) {
      const [, term = Number.NaN] = termsOf(reference)[0] ?? [];
      // The probabilities of improved-diffusion have an error of up to 3e-4, and are at least 1e-12 (40 bits).
      if (term < 10) expect(Math.abs(term - reference.improvedDiffusion.fixedSmall)).toBeLessThan(0.05);
    }
  });

  it('refuses a learned variance if the network returns no variances or a variance that is not positive', () => {
    const model = {
      schedule: createSchedule({ kind: 'linear' }),
      predictionType: 'epsilon',
      clip: 1,
    } as const;
    const arrays = { x0: new Float32Array(2), xt: new Float32Array(2), prediction: new Float32Array(2) };
    expect(() => boundTerms(model, 3, arrays, ['learnedRange'])).toThrow(
      'returned no variances; expected one for each value',
    );
    expect(() => boundTerms(model, 3, { ...arrays, variance: new Float32Array(2) }, ['learned'])).toThrow(
      'returned the variance 0 at t = 3; expected a number above 0',
    );
  });
});

it('priorTerm equals a float64 reference', () => {
  for (const [kind, schedule] of Object.entries(schedules))
    expect(priorTerm(schedule, Float32Array.from(x0))).toBeCloseTo(priors[kind] ?? Number.NaN, 13);
});
