// Xue et al., "SA-Solver: Stochastic Adams Solver for Fast Sampling of Diffusion Models" (2023). eta is τ² of the
// paper; as in diffusers' SASolverScheduler, noise is drawn only in the middle of the process.
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { predictorCorrectorRows } from './predictor-corrector.ts';

export const saSolver: Sampler = defineSampler({
  defaultSteps: fewSteps(30),
  settings: { eta: 1, order: 2, correctorOrder: 2, predictX0: true, lowerOrderFinal: true },
  rows: (grid, { eta, order, correctorOrder, predictX0, lowerOrderFinal }) => {
    // The times of a sine schedule end at 1.
    const T = grid.schedule.process === 'sine' ? 1 : grid.schedule.numTrainTimesteps;
    return predictorCorrectorRows(grid, {
      variable: predictX0 ? 'x0' : 'eps',
      order,
      correctorAnswers: correctorOrder - 1,
      lowerOrderFinal,
      // The authors' code uses this rule, which is better for few steps.
      line: predictX0 ? 'bh1' : 'exact',
      eta: ({ t }) => (t >= 0.2 * T && t <= 0.8 * T ? eta : 0),
    });
  },
});
