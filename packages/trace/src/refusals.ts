import type { IsonoiseError } from '@isonoise/error';

/**
 * The first reason why a function cannot become a graph. It is kept, and not only thrown: a function that catches what
 * a traced op throws and takes another path would run otherwise than it does on numbers.
 */
export class Refusals {
  #first: unknown;

  /** Keeps an error; returns it, to be thrown. */
  keep<E>(error: E): E {
    this.#first ??= error;
    return error;
  }

  refuse(error: IsonoiseError): never {
    throw this.keep(error);
  }

  /** @throws the first error that was kept */
  check(): void {
    if (this.#first !== undefined) throw this.#first;
  }
}
