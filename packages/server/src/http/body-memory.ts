import { ServerError } from '../errors.ts';

/**
 * Bounds the memory of the arrays in all bodies that are being received. Otherwise, each client that sends slowly could
 * occupy the memory of the longest allowed body. Bodies without arrays are short and do not count, so lengthy bodies
 * cannot block them.
 */
export class BodyMemory {
  readonly #limit: number;
  #taken = 0;

  /** @param limit maximum bytes of the arrays of all bodies together */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes memory, which the caller must free. @throws ServerError `QUEUE_FULL` if too little memory is free */
  take(bytes: number): void {
    if (this.#taken + bytes > this.#limit) {
      throw new ServerError(
        'QUEUE_FULL',
        `the arrays of the bodies that are being received are too large; expected at most ${this.#limit} bytes in total. Retry in 1 s.`,
      );
    }
    this.#taken += bytes;
  }

  free(bytes: number): void {
    this.#taken -= bytes;
  }
}
