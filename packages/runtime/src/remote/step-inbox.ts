/** A step as it came over, and when, where time is taken. */
export interface ReceivedStep {
  readonly x: Float32Array;
  readonly x0: Float32Array;
  readonly elapsedMs?: number;
}

/** The steps of a run that have come and are not taken yet, in order. */
export class StepInbox {
  readonly #steps: ReceivedStep[] = [];
  #failure: { readonly reason: unknown } | undefined;
  #arrived: (() => void) | undefined;

  push(step: ReceivedStep): void {
    this.#steps.push(step);
    this.#arrived?.();
  }

  /** No step comes any more; those that came are not given out either. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#arrived?.();
  }

  /** The next step. @throws what it failed with */
  async take(): Promise<ReceivedStep> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.reason;
      const step = this.#steps.shift();
      if (step !== undefined) return step;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }
}
