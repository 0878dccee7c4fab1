import { shuttingDown } from '../shutting-down.ts';

/** Counts the uses of a resource that is closed when all uses have ended. */
export class Uses {
  #count = 0;
  #isClosed = false;
  #idle: (() => void)[] = [];

  /** Number of uses that have not ended. */
  get count(): number {
    return this.#count;
  }

  /** Runs an action as a use. @throws ServerError `SHUTTING_DOWN` after `close` */
  async during<T>(act: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw shuttingDown();
    this.#count++;
    try {
      return await act();
    } finally {
      this.#leave();
    }
  }

  /** Yields the chunks of a body. The body counts as a use from its first chunk to its end. */
  async *whileSent<T>(chunks: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
    this.#count++;
    try {
      yield* chunks;
    } finally {
      this.#leave();
    }
  }

  /** Refuses further uses. Resolves when all uses have ended. */
  close(): Promise<void> {
    this.#isClosed = true;
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #leave(): void {
    this.#count--;
    if (this.#count > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
