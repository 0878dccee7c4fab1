import { PREDICTION_TYPES } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { predictionCoefficients } from './prediction.ts';

describe('predictionCoefficients', () => {
  const x0 = 0.625;
  const eps = -1.75;
  const networks = {
    epsilon: () => eps,
    sample: () => x0,
    v_prediction: (signal: number, noise: number) => signal * eps - noise * x0,
    flow: () => eps - x0,
  };

  it.each(PREDICTION_TYPES)('recover x0 and ε from %s', (type) => {
    for (const alphaBar of [0.9999, 0.5, 4e-5]) {
      const alpha = Math.sqrt(alphaBar);
      const sigma = type === 'flow' ? 1 - alpha : Math.sqrt(1 - alphaBar);
      const x = alpha * x0 + sigma * eps;
      const output = networks[type](alpha, sigma);
      const c = predictionCoefficients(type, { alpha, sigma });
      // Division by the smaller root magnifies errors of 1e-16 by up to 1/√4e-5 = 160.
      expect(Math.abs(c.x0FromX * x + c.x0FromOutput * output - x0)).toBeLessThan(1e-13);
      expect(Math.abs(c.epsFromX * x + c.epsFromOutput * output - eps)).toBeLessThan(1e-13);
    }
  });
});
