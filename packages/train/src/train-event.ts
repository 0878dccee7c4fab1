import type { StepPlans } from './budget/step-plans.ts';
import type { DamagedCheckpoint } from './checkpoint-store.ts';

/**
 * An event of a run. `time` is in milliseconds since 1970, by the injected clock. `step` is the number of completed
 * steps, and `steps` is the planned number of steps of the whole run.
 */
export type TrainEvent =
  | BeginEvent
  | StepEvent
  | PlanEvent
  | SamplesEvent
  | QualityEvent
  | CheckpointEvent
  | EndEvent;

export interface BeginEvent {
  readonly type: 'begin';
  readonly time: number;
  /** 0 for a new run. */
  readonly step: number;
  readonly steps: number;
  /** The checkpoint that the run resumes from; null for a new run. */
  readonly resumedFrom: string | null;
  /** Later checkpoints that are damaged. */
  readonly damaged: readonly DamagedCheckpoint[];
  /** The last step whose quality is in the checkpoint; absent if there is none. The run repeats later measurements. */
  readonly measuredStep?: number | undefined;
}

export interface StepEvent {
  readonly type: 'step';
  readonly time: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  /** Exponential average of the loss over about 100 steps. */
  readonly smoothedLoss: number;
  /** Global L2 norm of the gradient before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  /** Images per second over the last steps, without the time for sampling and saving. */
  readonly imagesPerSecond: number;
  /**
   * Expected seconds until the end. After the first measurement of the quality, they include the remaining
   * measurements.
   */
  readonly secondsLeft: number;
}

/** Reports a new number of steps for a run with `minutes` whose pace differs from the expected one. */
export interface PlanEvent {
  readonly type: 'plan';
  readonly time: number;
  readonly step: number;
  /** The new number of steps of the whole run. */
  readonly steps: number;
  /** All plans, for the configuration of the run. */
  readonly stepPlans: StepPlans;
}

export interface SamplesEvent {
  readonly type: 'samples';
  readonly time: number;
  readonly step: number;
  /** The drawn images, `[N, C, H, W]` in [−1, 1]. */
  readonly images: Float32Array;
  readonly shape: readonly [count: number, channels: number, height: number, width: number];
  /** Class of each image, `[N]`; null for unconditional models. */
  readonly labels: readonly number[] | null;
  /** Tags of each image, `[N]`; present only for models with tags. */
  readonly tags?: readonly (readonly number[])[] | undefined;
}

export interface QualityEvent {
  readonly type: 'quality';
  readonly time: number;
  readonly step: number;
  /** FID between the drawn images and the training images. */
  readonly fid: number;
  /** Number of drawn images. */
  readonly count: number;
  /** Whether no measured step has a smaller FID. */
  readonly best: boolean;
  /** Seconds for drawing and measuring. */
  readonly seconds: number;
}

export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly time: number;
  readonly step: number;
  /** Name of the saved checkpoint. */
  readonly name: string;
  /** Whether no earlier checkpoint is better, by `best` of the configuration. */
  readonly best: boolean;
  /** Names of the checkpoints that were removed. */
  readonly removed: readonly string[];
}

/**
 * The last event. The run is complete, or the signal stopped it, perhaps while its last sheet was drawn. The checkpoint
 * contains the last step.
 */
export interface EndEvent {
  readonly type: 'done' | 'stopped';
  readonly time: number;
  readonly step: number;
  readonly steps: number;
  /** Name of the last checkpoint. */
  readonly checkpoint: string;
}

/** A consumer of events. The loop waits for `write` before it continues, so events keep their order. */
export interface TrainSink {
  write(event: TrainEvent): void | Promise<void>;
}
