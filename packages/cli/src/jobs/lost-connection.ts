/** Aborts work on a connection that stays lost for some time. New work is allowed when the connection is back. */
export class LostConnection {
  readonly #milliseconds: number;
  readonly #error: () => Error;
  #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param milliseconds how long to wait for a lost connection
   * @param error reason with which work on the connection is aborted
   */
  constructor(milliseconds: number, error: () => Error) {
    this.#milliseconds = milliseconds;
    this.#error = error;
  }

  /** Aborted when the connection was lost for too long. After the connection is back, new work gets a new signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Call this when the connection is lost, and when it is back. */
  change(isLost: boolean): void {
    clearTimeout(this.#timer);
    if (isLost) this.#timer = setTimeout(() => this.#controller.abort(this.#error()), this.#milliseconds);
    else if (this.signal.aborted) this.#controller = new AbortController();
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}
