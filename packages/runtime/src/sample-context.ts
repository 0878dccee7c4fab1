import type { SampleContext } from '@isonoise/sampler';

/** Context of a model's run. */
export interface BatchedSampleContext extends Omit<SampleContext, 'guide'> {
  /** Maximum number of images per call of the network. Guidance counts each image twice. */
  readonly batchSize: number;
}
