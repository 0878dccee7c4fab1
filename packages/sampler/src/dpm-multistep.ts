// Lu et al., "DPM-Solver" (2022) for ε and "DPM-Solver++" (2022) for x_0, as multistep methods, and their stochastic forms.
// diffusers: DPMSolverMultistepScheduler; "dpmpp" is its algorithm_type dpmsolver++, "dpm" is dpmsolver, and eta 1 is
// the form with "sde-".
import { defineSampler, fewSteps, type Grid, type Sampler } from './define-sampler.ts';
import { currentValue, exponentialStep, type LineRule, type Variable } from './exponential-step.ts';
import { lowerFinal, multistepRows } from './multistep.ts';
import type { Row } from './row.ts';
import type { SettingValues, SolverType } from './settings.ts';
import { X } from './terms.ts';

type DpmSettings = Pick<SettingValues, 'solverType' | 'lowerOrderFinal' | 'eulerAtFinal'>;

/** How each `solverType` weights the slope of the line through two answers. */
export const LINE_RULES: { readonly [K in SolverType]: LineRule } = { midpoint: 'bh2', heun: 'exact' };

const DEFAULTS: DpmSettings = { solverType: 'midpoint', lowerOrderFinal: true, eulerAtFinal: false };
const NOISY = { ...DEFAULTS, eta: 1 };

const rowsOf =
  (variable: Variable, order: number) =>
  (
    grid: Grid,
    { solverType, lowerOrderFinal, eulerAtFinal, eta = 0 }: DpmSettings & { readonly eta?: number },
  ): readonly Row[] =>
    multistepRows(grid, {
      order,
      lowerFinalBelow: lowerFinal(lowerOrderFinal),
      eulerAtFinal,
      answer: (at) => currentValue(variable, at),
      next: (answers, to) =>
        exponentialStep({
          variable,
          from: answers[0].level,
          to,
          x: X,
          answers,
          line: LINE_RULES[solverType],
          // The second derivative has weight 1/2, as published and as in diffusers. With weight 1, the order would be 3.
          curvature: 1 / 2,
          eta,
        }),
    });

export const dpmpp2m: Sampler = defineSampler({
  defaultSteps: fewSteps(20),
  settings: DEFAULTS,
  rows: rowsOf('x0', 2),
});

export const dpmpp3m: Sampler = defineSampler({
  defaultSteps: fewSteps(20),
  settings: DEFAULTS,
  rows: rowsOf('x0', 3),
});

export const dpmpp2mSde: Sampler = defineSampler({
  defaultSteps: fewSteps(12),
  settings: NOISY,
  rows: rowsOf('x0', 2),
});

export const dpmpp3mSde: Sampler = defineSampler({
  defaultSteps: fewSteps(30),
  settings: NOISY,
  rows: rowsOf('x0', 3),
});

export const dpm2m: Sampler = defineSampler({
  defaultSteps: fewSteps(20),
  settings: DEFAULTS,
  rows: rowsOf('eps', 2),
});

export const dpm3m: Sampler = defineSampler({
  defaultSteps: fewSteps(25),
  settings: DEFAULTS,
  rows: rowsOf('eps', 3),
});

export const dpm2mSde: Sampler = defineSampler({
  defaultSteps: fewSteps(100),
  settings: NOISY,
  rows: rowsOf('eps', 2),
});
