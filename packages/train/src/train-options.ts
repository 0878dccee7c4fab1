import type { Batches } from '@isonoise/data';
import type { Network } from '@isonoise/network';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { Engine } from './engine.ts';
import type { QualityMeasure } from './quality.ts';
import type { TrainConfig } from './train-config.ts';
import type { TrainSink } from './train-event.ts';

export interface TrainOptions {
  readonly config: TrainConfig;
  /** Batches with the batch size, seed and flip of the config. */
  readonly batches: Batches;
  readonly network: Pick<Network, 'imageShape' | 'numClassEmbeds' | 'numTags' | 'dropoutUnits'>;
  /** An engine with the initial weights; the loop does not dispose it. */
  readonly engine: Engine;
  readonly store: CheckpointStore;
  /**
   * - `new` (default) begins a run; the store must contain no checkpoint.
   * - `resume` resumes from the latest intact checkpoint.
   * - `replace` begins a run; the caller removes the files of an earlier run before it takes the first event.
   */
  readonly start?: RunStart;
  /**
   * Whether the sample grid of a step exists. If a run was killed between a checkpoint and its grid, the grid
   * is drawn when the run is resumed. Default: the grid is assumed to exist.
   */
  readonly hasSamples?: (step: number) => Promise<boolean>;
  /** Measures the quality every `evaluateEvery` steps of the config. Required if that is above 0. */
  readonly measureQuality?: QualityMeasure | undefined;
  /** Sinks get each event before the consumer. */
  readonly sinks?: readonly TrainSink[];
  /** If it is aborted, the run saves a checkpoint after the current step and ends with `stopped`. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970: `Date.now`. */
  readonly clock: () => number;
}

export type RunStart = 'new' | 'resume' | 'replace';
