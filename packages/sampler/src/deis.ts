// Zhang and Chen, "Fast Sampling of Diffusion Models with Exponential Integrator" (2023): tAB-DEIS of second order in
// log ρ, ρ = σ/α. The line in log ρ through two ε is integrated over dρ. diffusers: DEISMultistepScheduler.
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { LOWER_FINAL_BELOW } from './dpmpp.ts';
import { multistepRows } from './multistep.ts';
import { phi } from './phi.ts';
import { add, along, epsAt, X, X0 } from './terms.ts';

export const deis: Sampler = defineSampler({
  title: 'DEIS',
  summary: 'second-order exponential integrator for the noise, one call a step; for 10 to 25 steps',
  source: 'Zhang and Chen 2023, tAB-DEIS',
  defaultSteps: fewSteps(20),
  settings: {},
  rows: (grid) =>
    multistepRows(grid, {
      order: 2,
      lowerFinalBelow: LOWER_FINAL_BELOW,
      answer: epsAt,
      next: ([current, before], to) => {
        if (to.sigma === 0) return X0;
        const { level, value } = current;
        if (before === undefined) return along(level, to);
        // log ρ = -λ. With u = λ_to - λ in [-h, 0] and ρ = ρ_to e^u', ∫ ((λ - λ_now) / h_before) dρ in closed form.
        const h = to.lambda - level.lambda;
        const rho = to.sigma / to.alpha;
        const whole = -rho * h * phi(1, h);
        const ramp = -rho * h * h * phi(2, h);
        const slope = ramp / (level.lambda - before.level.lambda);
        return add(
          [to.alpha / level.alpha, X],
          [to.alpha * (whole + slope), value],
          [-to.alpha * slope, before.value],
        );
      },
    }),
});
