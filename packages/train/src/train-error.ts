/** What went wrong while training; stable, for programs. */
export type TrainErrorCode =
  /** A field of the config that is unknown, missing or out of range. */
  | 'TRAIN_CONFIG'
  /** Loss, gradient or state is NaN or infinite: training has diverged. */
  | 'NON_FINITE_LOSS'
  /** Arrays whose sizes do not fit together. */
  | 'TRAIN_SHAPE'
  /** A checkpoint whose bytes are cut short, changed or not of this format. */
  | 'CHECKPOINT_DAMAGED'
  /** A checkpoint that a newer isonoise wrote. */
  | 'CHECKPOINT_VERSION'
  /** Nothing to resume from. */
  | 'CHECKPOINT_NOT_FOUND'
  /** A run that has checkpoints already, and was to be begun anew. */
  | 'RUN_EXISTS'
  /** A run that is to be resumed on other images or classes than it was begun with. */
  | 'RUN_DATA_DIFFERS'
  /** A run that is to be resumed under another config than it was begun with. */
  | 'RUN_CONFIG_DIFFERS'
  /** A line of `metrics.jsonl` that is no JSON. */
  | 'METRICS_DAMAGED'
  /** A tfjs backend that is not registered, or does not start on this machine. */
  | 'TFJS_BACKEND';

/** Training cannot begin or go on; the message says what was got, what is wanted and what to do. */
export class TrainError extends Error {
  override readonly name: string = 'TrainError';
  readonly code: TrainErrorCode;

  constructor(code: TrainErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
