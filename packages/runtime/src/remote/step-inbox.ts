import type { PostedStep } from './protocol.ts';

/** A received step, with its computing time if there is a clock. */
export interface ReceivedStep extends PostedStep {
  readonly elapsedMs?: number;
}

/** A queue of received steps that the caller has not consumed yet. */
export class StepInbox {
  readonly #steps: ReceivedStep[] = [];
  #failure: { readonly reason: unknown } | undefined;
  #arrived: (() => void) | undefined;

  push(step: ReceivedStep): void {
    this.#steps.push(step);
    this.#arrived?.();
  }

  /** Ends the run: further and queued steps are dropped. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#arrived?.();
  }

  /** Waits for the next step. @throws the reason given to {@link fail} */
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
