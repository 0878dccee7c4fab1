/** What went wrong in the Train tab itself; stable, for programs. */
export type TrainTabErrorCode =
  /** The browser has no more room for this page. */
  | 'TRAIN_STORAGE_FULL'
  /** The browser keeps nothing for this page. */
  | 'TRAIN_STORAGE_UNAVAILABLE'
  /** Another tab trains or exports this run. */
  | 'TRAIN_RUN_LOCKED'
  /** A run that is not there, or not whole. */
  | 'TRAIN_RUN_NOT_FOUND'
  /** The images of a run are not those that it was begun with. */
  | 'TRAIN_IMAGES_CHANGED'
  /** The images could not be fetched. */
  | 'TRAIN_IMAGES_FETCH'
  /** The chosen device cannot run the step. */
  | 'TRAIN_ENGINE'
  /** WebAssembly's memory, 4 GB at most, is used up. */
  | 'TRAIN_MEMORY'
  /** The worker itself ended. */
  | 'TRAIN_WORKER';

/** The message says what was got, what is wanted and what to do. */
export class TrainTabError extends Error {
  override readonly name = 'TrainTabError';
  readonly code: TrainTabErrorCode;

  constructor(code: TrainTabErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
