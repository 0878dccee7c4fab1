import { type Denoiser, type SamplingStart, startSampling } from '@isonoise/sampler';
import { batched } from '../batched.ts';
import { type PostedStep, STEPS_AHEAD, STEPS_TOGETHER_MS } from './protocol.ts';

/** A run in the model's thread. It computes a few steps ahead of its consumer, so that the model does not wait. */
export class ThreadSampling {
  readonly #stopped = new AbortController();
  readonly #clock: () => number;
  #room = STEPS_AHEAD;
  #roomMade: (() => void) | undefined;

  /** @param clock milliseconds from any origin */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Runs the sampler. Returns at the end, or early after `stop`.
   *
   * @param post receives the steps in order, and takes ownership of their arrays
   * @throws the errors of sampler and network
   */
  async run(
    denoise: Denoiser,
    start: SamplingStart,
    batchSize: number,
    post: (steps: readonly PostedStep[]) => void,
  ): Promise<void> {
    const { signal } = this.#stopped;
    const steps = start.plan.steps.length;
    let together: PostedStep[] = [];
    let posted = Number.NEGATIVE_INFINITY;
    try {
      const { takeStep } = startSampling(batched(denoise, batchSize, signal), start, { signal });
      for (let step = await takeStep(); step !== undefined; step = await takeStep()) {
        const { step: index, x, x0, memory } = step;
        if (this.#room === 0) await this.#moreRoom();
        if (signal.aborted) return;
        this.#room--;
        together.push({ x, x0, memory });
        const now = this.#clock();
        if (this.#room > 0 && index + 1 < steps && now - posted < STEPS_TOGETHER_MS) continue;
        post(together);
        together = [];
        posted = now;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Lets the run post more steps. @param steps number of steps that the consumer has taken since the last call */
  more(steps: number): void {
    this.#room += steps;
    this.#roomMade?.();
  }

  /** Stops the run: no further step is posted. A running call of the network is not interrupted. */
  stop(): void {
    this.#stopped.abort();
    this.#roomMade?.();
  }

  #moreRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomMade = resolve;
    });
  }
}
