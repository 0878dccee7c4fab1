import { orAborted } from '../async/or-aborted.ts';

/** One load with several waiters; it is aborted only when the last waiter gives up. */
export class SharedLoad<T> {
  /** Result of the load for all waiters that did not give up. */
  readonly result: Promise<T>;
  readonly #controller = new AbortController();
  readonly #waiting = new Set<symbol>();
  #settled = false;
  #value: T | undefined;

  /** @param start called immediately; its signal is aborted when the last waiter gives up */
  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.result = start(this.#controller.signal);
    const settle = (): void => {
      this.#settled = true;
    };
    this.result.then((value) => {
      this.#value = value;
      settle();
    }, settle);
  }

  /** The result; undefined until it is there. */
  get value(): T | undefined {
    return this.#value;
  }

  /** Whether all waiters gave up before the load finished; it was then aborted. */
  get givenUp(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Waits for the result. @throws the reason of `signal` once it is aborted; else the error of the load */
  async wait(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const me = Symbol();
    this.#waiting.add(me);
    try {
      return await orAborted(this.result, signal);
    } finally {
      this.#waiting.delete(me);
      if (signal.aborted && !this.#settled && this.#waiting.size === 0) {
        this.#controller.abort(signal.reason);
      }
    }
  }
}

/** Whether a load can be used: nobody gave it up, and its result is not broken. */
export const isUsable = <T>({ givenUp, value }: SharedLoad<T>, isBroken: (value: T) => boolean): boolean =>
  !givenUp && (value === undefined || !isBroken(value));
