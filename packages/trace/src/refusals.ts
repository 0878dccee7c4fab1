import type { IsonoiseError } from '@isonoise/error';

/**
 * Keeps the first reason why a function cannot become a graph. Throwing alone is not enough, because a function could catch
 * the error and then behave differently from an ordinary run.
 */
export class Refusals {
  #first: unknown;

  /** Keeps an error and returns it, for the caller to throw. */
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
