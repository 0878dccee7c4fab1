// Zhang and Chen, "Fast Sampling of Diffusion Models with Exponential Integrator" (2023): tAB-DEIS in log ρ, ρ = σ/α. The
// polynomial in log ρ = -λ through the ε of the last steps is integrated over dρ. diffusers: DEISMultistepScheduler.
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { exponentialStep } from './exponential-step.ts';
import { lowerFinal, multistepRows } from './multistep.ts';
import { epsAt, X } from './terms.ts';

export const deis: Sampler = defineSampler({
  defaultSteps: fewSteps(20),
  settings: { order: 2, lowerOrderFinal: true },
  rows: (grid, { order, lowerOrderFinal }) =>
    multistepRows(grid, {
      order,
      lowerFinalBelow: lowerFinal(lowerOrderFinal),
      answer: epsAt,
      next: (answers, to) => exponentialStep({ variable: 'eps', from: answers[0].level, to, x: X, answers }),
    }),
});
