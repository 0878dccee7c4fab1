import type { SampleContext } from '@isonoise/sampler';

/** Context of a model's run. */
export interface BatchedSampleContext extends Omit<SampleContext, 'guide'> {
  /** Largest batch per call of the network (guidance counts each image twice). */
  readonly batchSize: number;
}
