import { createSchedule, PREDICTION_TYPES, predictionsFor } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { lossWeights, type Weighting } from './loss-weight.ts';

const schedule = createSchedule({ kind: 'linear' });
const abar = (t: number) => schedule.alphaBars[t] as number;
const snr = (t: number) => abar(t) / (1 - abar(t));
const weightings: Weighting[] = [
  { kind: 'min-snr', gamma: 5 },
  { kind: 'p2', gamma: 0.5, k: 1 },
  { kind: 'edm', sigmaData: 0.5 },
];

describe('lossWeights', () => {
  it('returns 1 for every t and prediction type with simple weighting', () => {
    for (const prediction of PREDICTION_TYPES) {
      expect(new Set(lossWeights(schedule, prediction, { kind: 'simple' }))).toEqual(new Set([1]));
    }
  });

  it('returns min(SNR, γ)/SNR for ε with min-SNR-γ: 1 at high noise, γ/SNR at low noise', () => {
    const w = lossWeights(schedule, 'epsilon', { kind: 'min-snr', gamma: 5 });
    expect(w[999]).toBe(1);
    // β_0 is 1e-4, so SNR_0 is 0.9999/0.0001 = 9999, and w_0 is 5/9999 up to a few float64 roundings.
    expect(w[0]).toBeCloseTo(5 / 9999, 15);
  });

  it('returns 1/(k + SNR)^γ for ε with P2', () => {
    const w = lossWeights(schedule, 'epsilon', { kind: 'p2', gamma: 1, k: 1 });
    // 1/(1 + SNR) equals 1 − ᾱ. The subtraction has an error of up to 1e-16 near 1.
    for (const t of [0, 10, 500, 999]) expect(w[t]).toBeCloseTo(1 - abar(t), 14);
  });

  it('returns the weights of EDM, table 1, for x0, and 1 for v if σ_data is 1', () => {
    const w = lossWeights(schedule, 'sample', { kind: 'edm', sigmaData: 0.5 });
    for (const t of [0, 10, 500, 999]) {
      const sigma = 1 / Math.sqrt(snr(t));
      // The weight is (σ² + σ_d²) / (σ σ_d)². At t = 0, 1 − ᾱ in the test loses digits.
      expect((w[t] as number) / ((sigma ** 2 + 0.25) / (sigma * 0.5) ** 2)).toBeCloseTo(1, 10);
    }
    const velocity = lossWeights(schedule, 'v_prediction', { kind: 'edm', sigmaData: 1 });
    expect(new Set(velocity)).toEqual(new Set([1]));
  });

  it.each(weightings)('gives the same objective for ε, x0 and v with $kind', (weighting) => {
    // The same error e in ε, x0 and v: ε' = ε + e corresponds to x0' = x0 − √((1−ᾱ)/ᾱ)·e and v' = v + e/√ᾱ.
    for (const t of [0, 3, 120, 600, 999]) {
      const e = 0.37;
      const squared = {
        epsilon: e ** 2,
        sample: e ** 2 / snr(t),
        v_prediction: e ** 2 / abar(t),
      };
      const losses = predictionsFor('linear').map(
        (prediction) =>
          (lossWeights(schedule, prediction, weighting)[t] as number) *
          (squared[prediction as keyof typeof squared] ?? 0),
      );
      for (const loss of losses) {
        // The relative tolerance is 1e-11, because 1 − ᾱ in the test loses digits at t = 0 (1e-16 of 1e-4).
        expect(Math.abs(loss / (losses[0] as number) - 1)).toBeLessThan(1e-11);
      }
    }
  });

  it.each(weightings)(
    'gives the same objective for x0 and for the velocity of flow matching with $kind',
    (weighting) => {
      const flow = createSchedule({ kind: 'flow', shift: 3 });
      const [ofVelocity, ofImage] = [
        lossWeights(flow, 'flow', weighting),
        lossWeights(flow, 'sample', weighting),
      ];
      for (const t of [0, 3, 120, 600, 998]) {
        // An error e of u is an error -σ e of x0. The tolerance is 1e-12, because σ is computed from an SNR of up to
        // 9e4.
        const sigma = flow.sigmas[t] as number;
        expect((ofVelocity[t] as number) / ((ofImage[t] as number) * sigma ** 2)).toBeCloseTo(1, 12);
      }
      // At SNR 0, only EDM has a weight above 0, which is 1/σ_data².
      expect(ofVelocity[999]).toBe(weighting.kind === 'edm' ? 4 : 0);
    },
  );

  it('returns finite weights for SNR 0, except for ε with EDM', () => {
    const silent = { ...schedule, snr: [0] };
    for (const weighting of weightings) {
      for (const prediction of PREDICTION_TYPES) {
        // At SNR 0, the weight of EDM for ε is infinite. The prediction of ε is refused there.
        if (weighting.kind === 'edm' && prediction === 'epsilon') continue;
        expect(Number.isFinite(lossWeights(silent, prediction, weighting)[0])).toBe(true);
      }
    }
  });
});
