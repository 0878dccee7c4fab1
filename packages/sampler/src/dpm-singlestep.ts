// Lu et al., "DPM-Solver" (2022) for ε and "DPM-Solver++" (2022) for x_0, as singlestep methods. As in diffusers'
// DPMSolverSinglestepScheduler, the steps form blocks of 2 or 3. Each step starts from the beginning of its block and uses
// all answers of the block, so the order of a step is its position in the block.
import type { Level } from '@isonoise/schedule';
import { defineSampler, fewSteps, type Grid, type Sampler } from './define-sampler.ts';
import { LINE_RULES } from './dpm-multistep.ts';
import { type Answer, canStartAt, currentValue, exponentialStep, type Variable } from './exponential-step.ts';
import { mapSteps } from './map-steps.ts';
import type { Row, Terms } from './row.ts';
import type { SettingValues } from './settings.ts';
import { recall, X } from './terms.ts';

type SinglestepSettings = Pick<SettingValues, 'solverType' | 'lowerOrderFinal'>;

const DEFAULTS: SinglestepSettings = { solverType: 'midpoint', lowerOrderFinal: false };

const rowsOf =
  (variable: Variable, order: number) =>
  (
    grid: Grid,
    { solverType, lowerOrderFinal, eta = 0 }: SinglestepSettings & { readonly eta?: number },
  ): readonly Row[] => {
    const { levels } = grid;
    const steps = levels.length - 1;
    return mapSteps(grid, (at, to, step) => {
      const place = step % order;
      const isLast = step + 1 === steps;
      const start = levels[step - place] as Level;
      const value = currentValue(variable, at);
      const isFirstOrder =
        place === 0 ||
        to.sigma === 0 ||
        !canStartAt(variable, start) ||
        (lowerOrderFinal && isLast && place + 1 === order);
      // The memory has the images at the start of the block, then the answers of the block.
      const block: readonly Terms[] = Array.from({ length: place }, (_, k) => recall(1 + k));
      const answers: Answer[] = isFirstOrder
        ? [{ level: at, value }]
        : [...block, value].map((each, k) => ({ level: levels[step - place + k] as Level, value: each }));
      // The midpoint rule of order 3 integrates the line through the first and the last answer exactly.
      const isThirdMidpoint = solverType === 'midpoint' && answers.length === 3;
      return {
        at,
        next: exponentialStep({
          variable,
          from: isFirstOrder ? at : start,
          to,
          x: isFirstOrder ? X : recall(0),
          answers: isThirdMidpoint ? answers.filter((_, k) => k !== 1) : answers,
          line: isThirdMidpoint ? 'exact' : LINE_RULES[solverType],
          eta,
        }),
        keep: isLast || place + 1 === order ? [] : [place === 0 ? X : recall(0), ...block, value],
      };
    });
  };

export const dpmpp2s: Sampler = defineSampler({
  defaultSteps: fewSteps(20),
  settings: { ...DEFAULTS, eta: 0 },
  rows: rowsOf('x0', 2),
});

export const dpmpp3s: Sampler = defineSampler({
  defaultSteps: fewSteps(25),
  settings: { ...DEFAULTS, eta: 0 },
  rows: rowsOf('x0', 3),
});

export const dpm2s: Sampler = defineSampler({
  defaultSteps: fewSteps(20),
  settings: DEFAULTS,
  rows: rowsOf('eps', 2),
});

export const dpm3s: Sampler = defineSampler({
  defaultSteps: fewSteps(25),
  settings: DEFAULTS,
  rows: rowsOf('eps', 3),
});
