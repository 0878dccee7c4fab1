import { describe, expect, it } from 'vitest';
import {
  pMeanFromEps,
  predictEpsFromV,
  predictEpsFromX0,
  predictX0FromEps,
  predictX0FromV,
  qPosteriorMean,
  qSample,
  velocity,
} from './relations.ts';
import { createSchedule, type DiffusionSchedule, type Schedule } from './schedule.ts';

const schedule = createSchedule({ kind: 'linear' });
// Four images of two values, each at its own timestep, including both ends of the schedule.
const t = [0, 17, 500, 999];
const x0 = Float32Array.of(-1, 0.5, 0.25, -0.75, 1, 0.125, -0.375, 0.875);
const eps = Float32Array.of(0.5, -1.25, 2, 0.75, -0.25, 1.5, -2.5, 0.125);
const xt = qSample(schedule, x0, t, eps);

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}

describe('qSample', () => {
  it('returns √ᾱ x0 + √(1-ᾱ) ε for each image', () => {
    xt.forEach((value, i) => {
      const alphaBar = schedule.alphaBars[t[i >> 1] ?? -1] ?? Number.NaN;
      const expected = Math.sqrt(alphaBar) * (x0[i] ?? 0) + Math.sqrt(1 - alphaBar) * (eps[i] ?? 0);
      // 1 - ᾱ cancels here, which gives a relative error of 1e-12 at t = 0. The result is rounded once to
      // float32.
      expect(Math.abs(value - expected)).toBeLessThan(2 ** -23);
    });
  });

  it('has the mean and variance of the chain of single steps q(x_t | x_{t-1})', () => {
    let mean = 1;
    let variance = 0;
    for (let s = 0; s < schedule.numTrainTimesteps; s++) {
      const beta = schedule.betas[s] ?? Number.NaN;
      mean *= Math.sqrt(1 - beta);
      variance = (1 - beta) * variance + beta;
      // The tolerance allows the rounding of up to 1000 factors.
      expect(Math.abs(mean / (schedule.sqrtAlphaBars[s] ?? 0) - 1)).toBeLessThan(2e-13);
      expect(Math.abs(variance / (schedule.oneMinusAlphaBars[s] ?? 0) - 1)).toBeLessThan(2e-13);
    }
  });
});

describe('predictions', () => {
  // One float32 rounding of x_t (2^-24 of up to 2.5) is magnified by 1/√ᾱ = 157 at t = 999.
  const X0_TOLERANCE = 2.5 * 2 ** -24 * 160;
  // At t = 0, it is magnified by 1/√(1-ᾱ) = 100.
  const EPS_TOLERANCE = 2.5 * 2 ** -24 * 101;

  it('recover x0 and ε from x_t', () => {
    expect(largestDifference(predictX0FromEps(schedule, xt, t, eps), x0)).toBeLessThan(X0_TOLERANCE);
    expect(largestDifference(predictEpsFromX0(schedule, xt, t, x0), eps)).toBeLessThan(EPS_TOLERANCE);
  });

  it('recover x0 and ε from v by a rotation, which does not magnify errors', () => {
    const v = velocity(schedule, x0, t, eps);
    // The result has two terms below 4 in magnitude, each rounded to float32 once.
    expect(largestDifference(predictX0FromV(schedule, xt, t, v), x0)).toBeLessThan(4 * 2 ** -23);
    expect(largestDifference(predictEpsFromV(schedule, xt, t, v), eps)).toBeLessThan(4 * 2 ** -23);
  });

  it('write to a given array, which may be an input', () => {
    const out = xt.slice();
    expect(predictX0FromEps(schedule, out, t, eps, out)).toBe(out);
    expect(out).toEqual(predictX0FromEps(schedule, xt, t, eps));
  });
});

describe('the reverse step', () => {
  /** Mean of q(x_{t-1} | x_t, x_0) by Bayes' rule for two normals, only from the definitions of the forward process. */
  function posteriorByBayes(
    s: DiffusionSchedule,
    step: number,
    x0: number,
    xt: number,
  ): { mean: number; variance: number } {
    const alpha = s.alphas[step] ?? Number.NaN;
    const beta = s.betas[step] ?? Number.NaN;
    const alphaBarPrev = s.alphaBarsPrev[step] ?? Number.NaN;
    // Prior x_{t-1} | x_0 ~ N(√ᾱ_{t-1} x_0, 1-ᾱ_{t-1}); likelihood x_t | x_{t-1} ~ N(√α_t x_{t-1}, β_t).
    const precision = 1 / (1 - alphaBarPrev) + alpha / beta;
    const weighted = (Math.sqrt(alphaBarPrev) * x0) / (1 - alphaBarPrev) + (Math.sqrt(alpha) * xt) / beta;
    return { mean: weighted / precision, variance: 1 / precision };
  }

  const inner = [1, 17, 500, 999];
  const noisy = qSample(schedule, x0, inner, eps);

  it('has the posterior mean and variance of Bayes’ rule', () => {
    const mean = qPosteriorMean(schedule, x0, noisy, inner);
    mean.forEach((value, i) => {
      const step = inner[i >> 1] ?? -1;
      const bayes = posteriorByBayes(schedule, step, x0[i] ?? 0, noisy[i] ?? 0);
      expect(Math.abs(value - bayes.mean)).toBeLessThan(2 ** -23); // one rounding to float32, values below 2
      // Bayes' rule computes 1 - ᾱ_{t-1} with cancellation, which leaves an error of 1e-16 / 1e-4.
      expect(Math.abs((schedule.posteriorVariance[step] ?? 0) / bayes.variance - 1)).toBeLessThan(1e-11);
    });
  });

  it('of Algorithm 2, (x_t - β_t/√(1-ᾱ_t) ε) / √α_t, equals the posterior mean', () => {
    const algorithm2 = pMeanFromEps(schedule, noisy, inner, eps);
    const posterior = qPosteriorMean(schedule, x0, noisy, inner);
    // The two formulas weight the rounding error of x_t differently. The tolerance allows a few roundings of values up
    // to 2.
    expect(largestDifference(algorithm2, posterior)).toBeLessThan(2 * 2 ** -22);
  });

  it('with the common mistake √(1-ᾱ_t) in place of β_t/√(1-ᾱ_t) does not equal the posterior mean', () => {
    const posterior = qPosteriorMean(schedule, x0, noisy, inner);
    const wrong = noisy.map((value, i) => {
      const step = inner[i >> 1] ?? -1;
      const factor = schedule.sqrtOneMinusAlphaBars[step] ?? Number.NaN;
      return (value - factor * (eps[i] ?? 0)) / Math.sqrt(schedule.alphas[step] ?? Number.NaN);
    });
    // At t = 500, the two results already differ by most of ε: the mistake removes nearly all noise in one step.
    for (const i of [4, 5, 6, 7]) {
      expect(Math.abs((wrong[i] ?? 0) - (posterior[i] ?? 0))).toBeGreaterThan(0.1);
    }
  });

  it('inverts one forward step on average: it recovers the marginal of x_{t-1}', () => {
    // If x_t ~ q(x_t | x_0), then mean + variance of the posterior step give q(x_{t-1} | x_0) exactly.
    for (const step of [1, 17, 500, 999]) {
      const c1 = schedule.posteriorMeanCoef1[step] ?? Number.NaN;
      const c2 = schedule.posteriorMeanCoef2[step] ?? Number.NaN;
      const mean = c1 + c2 * (schedule.sqrtAlphaBars[step] ?? 0); // factor of x_0
      const variance =
        c2 * c2 * (schedule.oneMinusAlphaBars[step] ?? 0) + (schedule.posteriorVariance[step] ?? 0);
      expect(Math.abs(mean / (schedule.sqrtAlphaBars[step - 1] ?? 0) - 1)).toBeLessThan(2e-13);
      expect(Math.abs(variance / (schedule.oneMinusAlphaBars[step - 1] ?? 0) - 1)).toBeLessThan(2e-13);
    }
  });
});

describe('all relations', () => {
  it('refuse timesteps outside the schedule', () => {
    for (const wrong of [-1, 1000, 0.5, Number.NaN]) {
      expect(() => qSample(schedule, x0, [wrong], eps)).toThrow(
        expect.objectContaining({ code: 'SCHEDULE_TIMESTEP' }),
      );
    }
  });

  it('refuse arrays of different lengths', () => {
    const refused = expect.objectContaining({ code: 'SCHEDULE_SHAPE' });
    expect(() => qSample(schedule, x0, [0, 1, 2], eps)).toThrow(refused);
    expect(() => qSample(schedule, x0, t, eps.subarray(1))).toThrow(refused);
    expect(() => qSample(schedule, x0, t, eps, new Float32Array(3))).toThrow(refused);
    expect(() => qSample(schedule, x0, [], eps)).toThrow(refused);
  });
});

describe('each relation of diffusion', () => {
  const relations = {
    pMeanFromEps,
    predictX0FromEps,
    predictEpsFromX0,
    velocity,
    predictX0FromV,
    predictEpsFromV,
    qPosteriorMean: (s: DiffusionSchedule, x: Float32Array, at: readonly number[], y: Float32Array) =>
      qPosteriorMean(s, x, y, at),
  };

  it.each(Object.entries(relations))('starts its error messages with its name: %s', (name, relation) => {
    const flow: Schedule = createSchedule({ kind: 'flow' });
    // Types reject this schedule, but callers in JavaScript can pass it.
    expect(() => relation(flow as Schedule as DiffusionSchedule, xt, t, eps)).toThrow(
      `${name}: the schedule is flow, which has no beta`,
    );
    expect(() => relation(schedule, xt, [0, 17, 500, 1000], eps)).toThrow(`${name}: timestep is 1000`);
    expect(() => relation(schedule, xt, t, new Float32Array(2))).toThrow(`${name}: got 8, 2 and 8 values`);
  });
});
