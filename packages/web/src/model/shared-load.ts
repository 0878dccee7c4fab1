/** One load that several wait for: it ends early only when the last of them has given up. */
export class SharedLoad<T> {
  /** What is loaded, for those who do not give up. */
  readonly result: Promise<T>;
  readonly #controller = new AbortController();
  readonly #waiting = new Set<symbol>();
  #settled = false;

  /** @param start begins at once; its signal is aborted when nobody waits any more */
  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.result = start(this.#controller.signal);
    const settle = (): void => {
      this.#settled = true;
    };
    this.result.then(settle, settle);
  }

  /** Nobody waited for it any more before it was done: it comes to nothing. */
  get givenUp(): boolean {
    return this.#controller.signal.aborted;
  }

  /** @throws the signal's reason once it is aborted, whatever becomes of the load; else as the load does */
  async wait(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const me = Symbol();
    this.#waiting.add(me);
    let leave = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason);
      signal.addEventListener('abort', leave);
    });
    try {
      return await Promise.race([this.result, aborted]);
    } finally {
      signal.removeEventListener('abort', leave);
      this.#waiting.delete(me);
      if (signal.aborted && !this.#settled && this.#waiting.size === 0) {
        this.#controller.abort(signal.reason);
      }
    }
  }
}
