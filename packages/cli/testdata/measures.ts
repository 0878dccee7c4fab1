import type { Measures } from '../src/evaluating/measure.ts';

/** Measures of made-up images, with a different value for each measure. */
export const measures: Measures = {
  images: 2000,
  fid: 4.567,
  kid: 0.01234,
  kidDeviation: 0.002,
  precision: 0.9,
  recall: 0.8,
  density: 1.1,
  coverage: 0.7,
  twoSampleAccuracy: 0.51,
  twoSamplePValue: 0.2,
  classScore: 8.9,
  rightClass: 0.935,
  originality: null,
};
