export type RunErrorCode =
  /** Another process is training this run. */
  | 'RUN_LOCKED'
  /** A folder that holds no run. */
  | 'RUN_NOT_FOUND'
  /** A file of the run that cannot be written: no space, a disk that is read-only. */
  | 'RUN_WRITE'
  /** A file of the run that cannot be understood. */
  | 'RUN_FILE';

/** A run's folder cannot be used; the message says what to do. */
export class RunError extends Error {
  override readonly name: string = 'RunError';
  readonly code: RunErrorCode;

  constructor(code: RunErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
