// The stochastic form of DPM-Solver++ 2M (k-diffusion, sample_dpmpp_2m_sde with the midpoint rule). A step forgets a share
// e^-ηh of ε and replaces it by fresh noise. eta 1 is diffusers' sde-dpmsolver++, eta 0 is dpmpp-2m.
import { exp } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { difference, LOWER_FINAL_BELOW } from './dpmpp.ts';
import { multistepRows } from './multistep.ts';
import { phi } from './phi.ts';
import { add, X, X0 } from './terms.ts';

export const dpmpp2mSde: Sampler = defineSampler({
  title: 'DPM-Solver++ 2M SDE',
  summary: 'second order with fresh noise in each step; more detail than dpmpp-2m from 25 steps on',
  source: 'k-diffusion, sample_dpmpp_2m_sde',
  defaultSteps: fewSteps(30),
  settings: { eta: 1 },
  rows: (grid, { eta }) =>
    multistepRows(grid, {
      order: 2,
      lowerFinalBelow: LOWER_FINAL_BELOW,
      answer: () => X0,
      next: ([current, before], to) => {
        if (to.sigma === 0) return X0;
        const { level, value } = current;
        const h = to.lambda - level.lambda;
        const z = -(1 + eta) * h;
        const weight = -to.alpha * z * phi(1, z);
        return add(
          [(to.sigma / level.sigma) * exp(-eta * h), X],
          [weight, value],
          [weight / 2, before === undefined ? {} : difference(current, before, h)],
          [to.sigma * Math.sqrt(2 * eta * h * phi(1, -2 * eta * h)), { noise: [1] }],
        );
      },
    }),
});
