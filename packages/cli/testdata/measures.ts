import type { Measures } from '../src/evaluating/measure.ts';

/** Invented measures, with a different value for each measure. */
export const measures: Measures = {
  images: 2000,
  fid: 4.567,
  fidOfRealCount: null,
  fidDeviation: 0.25,
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
  pixelOriginality: null,
  nearestClass: null,
  pairs: { pixels: [], features: [] },
  intervals: {
    fid: [4.077, 5.057],
    kid: [0.00842, 0.01626],
    precision: [0.886, 0.912],
    recall: [0.782, 0.817],
    rightClass: [0.9233, 0.945],
    nearestClass: null,
    closeShare: null,
    closePixelShare: null,
  },
};
