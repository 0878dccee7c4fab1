/**
 * Aborts work on a connection that stays lost for a given time. When the connection is back, new work is
 * allowed.
 */
export class LostConnection {
  readonly #milliseconds: number;
  readonly #error: () => Error;
  #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param milliseconds time after which work on a lost connection is aborted
   * @param error reason with which work on the connection is aborted
   */
  constructor(milliseconds: number, error: () => Error) {
    this.#milliseconds = milliseconds;
    this.#error = error;
  }

  /**
   * Signal for work on the connection. It is aborted if the connection stays lost. When the connection is
   * back, new work gets a new signal.
   */
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
