/** What can be asked of this package wrongly. */
export type RandomErrorCode = 'RANDOM_SEED' | 'RANDOM_STREAM' | 'RANDOM_RANGE';

/** A request for random numbers that has no meaning; `code` is stable, the message says what to pass instead. */
export class RandomError extends Error {
  override readonly name = 'RandomError';
  readonly code: RandomErrorCode;

  constructor(code: RandomErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
