// Zhao et al., "UniPC: A Unified Predictor-Corrector Framework" (2023). diffusers: UniPCMultistepScheduler.
import { defineSampler, fewSteps, type Sampler } from './define-sampler.ts';
import { predictorCorrectorRows } from './predictor-corrector.ts';
import type { BhType } from './settings.ts';

const BH2: BhType = 'bh2';

export const unipc: Sampler = defineSampler({
  defaultSteps: fewSteps(12),
  settings: { order: 2, bh: BH2, predictX0: true, lowerOrderFinal: true, uncorrectedSteps: 0 },
  rows: (grid, { order, bh, predictX0, lowerOrderFinal, uncorrectedSteps }) =>
    predictorCorrectorRows(grid, {
      variable: predictX0 ? 'x0' : 'eps',
      order,
      correctorAnswers: order,
      lowerOrderFinal,
      line: bh,
      uncorrectedSteps,
    }),
});
