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
  readonly network: Pick<
    Network,
    'imageShape' | 'numClassEmbeds' | 'numTags' | 'augmentLabels' | 'dropoutUnits'
  >;
  /** An engine with the initial weights. The caller disposes it. */
  readonly engine: Engine;
  readonly store: CheckpointStore;
  /**
   * - `new` (default) begins a run. The store must not contain a checkpoint.
   * - `resume` resumes from the latest intact checkpoint.
   * - `replace` begins a run. The caller must remove the files of an earlier run before it requests the first event.
   */
  readonly start?: RunStart;
  /**
   * Returns whether the sample sheet of a step exists. If a run is killed between a checkpoint and its sheet, the
   * resumed run draws the sheet. By default, the sheet is assumed to exist.
   */
  readonly hasSamples?: (step: number) => Promise<boolean>;
  /** Measures the quality every `evaluateEvery` steps. Required if `evaluateEvery` of the config is above 0. */
  readonly measureQuality?: QualityMeasure | undefined;
  /** Sinks, which get each event before the consumer. */
  readonly sinks?: readonly TrainSink[];
  /**
   * Signal that stops the run. If it is aborted, the run saves a checkpoint after the current step and ends with
   * `stopped`.
   */
  readonly signal?: AbortSignal;
  /** Returns milliseconds since 1970, as `Date.now` does. */
  readonly clock: () => number;
}

export type RunStart = 'new' | 'resume' | 'replace';
