export { classScore } from './class-score.ts';
export { type EvaluateErrorCode, evaluateError } from './errors.ts';
export { type Features, pickRows, toFeatures } from './features.ts';
export { type FrechetEstimate, frechetDistance, frechetEstimate } from './frechet-distance.ts';
export { type DistanceRatio, type FrechetRatioOptions, frechetRatio } from './frechet-ratio.ts';
export { type Interval, normalInterval, shareInterval } from './intervals.ts';
export { type KernelDistance, type KernelDistanceOptions, kernelDistance } from './kernel-distance.ts';
export { type KernelRatioOptions, kernelRatio } from './kernel-ratio.ts';
export type { CallOptions, LikelihoodImages } from './likelihood/call-network.ts';
export { type MeanError, meanError } from './likelihood/mean-error.ts';
export { type FlowOptions, flowBits, flowCalls } from './likelihood/probability-flow.ts';
export { type Stratum, timestepStrata } from './likelihood/timestep-strata.ts';
export { type BoundOptions, type BoundTerms, variationalBound } from './likelihood/variational-bound.ts';
export { type Moments, momentsOf } from './moments.ts';
export { type Nearest, nearestRows } from './nearest.ts';
export { type Originality, originality } from './originality.ts';
export {
  type DensityCoverage,
  densityCoverage,
  type PrecisionRecall,
  precisionRecall,
} from './precision-recall.ts';
export { type TwoSampleTest, twoSampleTest } from './two-sample-test.ts';
