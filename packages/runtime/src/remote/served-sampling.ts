import { type Denoiser, runSampling, type SamplingStart } from '@isonoise/sampler';
import { batched } from '../batched.ts';
import { STEPS_AHEAD } from './protocol.ts';

/** A run in the model's thread. It stays ahead of its consumer by so many steps that the model need not wait for it. */
export class ServedSampling {
  readonly #stopped = new AbortController();
  #room = STEPS_AHEAD;
  #roomMade: (() => void) | undefined;

  /**
   * @param post takes each step; both arrays are the receiver's
   * @returns at the end, and early after `stop`
   * @throws what the sampler and the network throw
   */
  async run(
    denoise: Denoiser,
    start: SamplingStart,
    batchSize: number,
    post: (x: Float32Array, x0: Float32Array) => void,
  ): Promise<void> {
    const { signal } = this.#stopped;
    try {
      for await (const { x, x0 } of runSampling(batched(denoise, batchSize, signal), start, signal)) {
        if (this.#room === 0) await this.#moreRoom();
        if (signal.aborted) return;
        this.#room--;
        post(x, x0);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The consumer has taken so many steps. */
  more(steps: number): void {
    this.#room += steps;
    this.#roomMade?.();
  }

  /** No further step is posted; the network call under way ends by itself. */
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
