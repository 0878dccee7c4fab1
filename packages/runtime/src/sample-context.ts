import type { SampleContext } from '@isonoise/sampler';

/** What a model's run may use of its surroundings. */
export interface BatchedSampleContext extends SampleContext {
  /** Largest batch handed to the network at once (guidance counts each image twice). */
  readonly batchSize: number;
}
