// DPM-Solver and DPM-Solver++ (Lu et al. 2022) as multistep methods in the reverse direction, from less noise to more. They
// solve the same equation with a negative step in λ. diffusers: DPMSolverMultistepInverseScheduler.
import { noiseStep } from './ddim-inverse.ts';
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { LINE_RULES } from './dpm-multistep.ts';
import { currentValue, exponentialStep, type Variable } from './exponential-step.ts';
import { lowerFinal, multistepRows } from './multistep.ts';
import { X } from './terms.ts';

export const dpmpp2mInverse: Sampler = defineSampler({
  inverts: ({ order, predictX0 }) =>
    order === 1 ? 'ddim' : `${predictX0 ? 'dpmpp' : 'dpm'}-${order === 2 ? 2 : 3}m`,
  defaultSteps: fewSteps(50),
  settings: {
    order: 2,
    solverType: 'midpoint',
    predictX0: true,
    lowerOrderFinal: true,
    eulerAtFinal: false,
  },
  rows: (grid, { order, solverType, predictX0, lowerOrderFinal, eulerAtFinal }) => {
    const { schedule, levels } = grid;
    const [image, first] = levels;
    const variable: Variable = predictX0 ? 'x0' : 'eps';
    const rows = (above: typeof levels) =>
      multistepRows(
        { schedule, levels: above },
        {
          order,
          lowerFinalBelow: lowerFinal(lowerOrderFinal),
          eulerAtFinal,
          answer: (at) => currentValue(variable, at),
          next: (answers, to) => {
            // At pure noise, x is ε.
            if (to.alpha === 0) return { eps: 1 };
            const [{ level: from }] = answers;
            return exponentialStep({
              variable,
              from,
              to,
              x: X,
              answers,
              line: LINE_RULES[solverType],
              // dpm-multistep.ts explains the weight of DPM-Solver for order 3.
              curvature: order === 3 ? 1 / 2 : 1,
            });
          },
        },
      );
    // λ is infinite at the image, so the step from the image is a DDIM step.
    if (image === undefined || first === undefined || image.sigma > 0) return rows(levels);
    return [noiseStep(image, first), ...rows(levels.slice(1))];
  },
});
