/** Stable code of an invalid request for random numbers. */
export type RandomErrorCode = 'RANDOM_SEED' | 'RANDOM_STREAM' | 'RANDOM_RANGE';

/** Error of an invalid request for random numbers; the message says what to pass instead. */
export class RandomError extends Error {
  override readonly name = 'RandomError';
  readonly code: RandomErrorCode;

  constructor(code: RandomErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
