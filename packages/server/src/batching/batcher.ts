import { setImmediate as turn } from 'node:timers/promises';
import type { ModelSpec } from '@isonoise/bundle';
import { type Condition, conditionRows, conditionWidth, type Denoiser, emptyLike } from '@isonoise/sampler';
import type { Claim } from './claim.ts';
import { planPass } from './plan-pass.ts';

/** A finished run of the network. */
export interface Pass {
  readonly images: number;
  /** Number of calls with images in the pass. A request makes one call at a time. */
  readonly calls: number;
  readonly milliseconds: number;
  /**
   * Time since the previous pass ended, or since work began after an idle time; includes the pause between passes.
   */
  readonly elapsedMs: number;
}

export interface BatcherOptions {
  readonly spec: Pick<ModelSpec, 'image'>;
  /** Maximum number of images in one pass. */
  readonly maxBatch: number;
  readonly onPass?: (pass: Pass) => void;
}

/** A sampler's call of the network. It may take several passes. */
interface Call {
  readonly x: Float32Array;
  readonly t: Float32Array;
  readonly condition: Condition | undefined;
  readonly claim: Claim;
  /** Number of images computed so far; the next pass continues from there. */
  done: number;
  /** Collected output of a call that takes several passes. */
  output: Float32Array | undefined;
  resolve(output: Float32Array): void;
  reject(reason: unknown): void;
}

/** The images of one call that a pass computes. */
interface Part {
  readonly call: Call;
  /** Index of the call's first image in the pass. */
  readonly at: number;
  readonly images: number;
}

/**
 * Shares one network between many samplers. Calls that arrive during a pass wait; the next pass takes as many of
 * their images as fit, each with its own timestep. A new request therefore joins at the next pass.
 *
 * The network computes each image independently, so a call gets the same result as if it ran alone. On the CPU
 * provider, the bits are the same, too (docs/decisions/009-images-independent-of-their-batch.md).
 */
export class Batcher {
  readonly #run: Denoiser;
  readonly #maxBatch: number;
  readonly #imageSize: number;
  readonly #onPass: (pass: Pass) => void;
  // Passes run one at a time, so all passes share these buffers.
  readonly #x: Float32Array;
  readonly #t: Float32Array;
  /** Created at the first call with a condition, which determines the width. */
  #condition: Condition | undefined;
  #waiting: Call[] = [];
  #running = false;
  #turn = 0;
  /** Time at which the previous pass ended or the work began. */
  #since = 0;

  /** @param run the network; its arguments are overwritten after it returns */
  constructor(run: Denoiser, { spec: { image }, maxBatch, onPass = () => {} }: BatcherOptions) {
    this.#run = run;
    this.#maxBatch = maxBatch;
    this.#imageSize = image.channels * image.height * image.width;
    this.#onPass = onPass;
    this.#x = new Float32Array(maxBatch * this.#imageSize);
    this.#t = new Float32Array(maxBatch);
  }

  /**
   * @param claim claim of one request; the batcher keeps it up to date. When the claim's signal is aborted,
   *   the request's calls reject with the signal's reason before the next pass.
   * @returns the shared network; a failed pass rejects only the calls in it
   */
  denoiser(claim: Claim): Denoiser {
    return (x, t, condition) =>
      new Promise((resolve, reject) => {
        this.#waiting.push({ x, t, condition, claim, done: 0, output: undefined, resolve, reject });
        if (!this.#running) void this.#work();
      });
  }

  /** Runs passes until no call waits. Never rejects: failures reject the calls. */
  async #work(): Promise<void> {
    this.#running = true;
    this.#since = performance.now();
    // Wait one turn of the event loop, so that samplers that just got an output add their next call to this
    // pass.
    for (await turn(); this.#waiting.length > 0; await turn()) await this.#pass();
    this.#running = false;
  }

  async #pass(): Promise<void> {
    const calls = this.#withoutAborted();
    if (calls.length === 0) return;
    const parts = this.#pack(calls);
    const { at, images: last } = parts.at(-1) as Part;
    const images = at + last;
    const began = performance.now();
    try {
      const output = await this.#run(
        this.#x.subarray(0, images * this.#imageSize),
        this.#t.subarray(0, images),
        parts[0]?.call.condition &&
          this.#condition &&
          conditionRows(this.#condition, this.#maxBatch, 0, images),
      );
      const ended = performance.now();
      this.#onPass({
        images,
        calls: parts.length,
        milliseconds: ended - began,
        elapsedMs: ended - this.#since,
      });
      this.#since = ended;
      // An output with variances has twice as many values as its image.
      for (const part of parts) this.#give(part, output, output.length / images);
    } catch (reason) {
      for (const { call } of parts) call.reject(reason);
    }
  }

  #withoutAborted(): Call[] {
    const aborted = this.#waiting.filter(({ claim }) => claim.signal.aborted);
    for (const { claim, reject } of aborted) reject(claim.signal.reason);
    if (aborted.length > 0) this.#waiting = this.#waiting.filter(({ claim }) => !claim.signal.aborted);
    return this.#waiting.sort((a, b) => a.claim.arrival - b.claim.arrival);
  }

  /** Copies the next pass into the buffers and removes its calls from the queue. */
  #pack(calls: readonly Call[]): Part[] {
    const size = this.#imageSize;
    const parts: Part[] = [];
    let at = 0;
    const shares = planPass(
      calls.map(({ t, done, claim }) => ({ images: t.length - done, passes: claim.passes })),
      this.#maxBatch,
      this.#turn++,
    );
    for (const [i, images] of shares.entries()) {
      const call = calls[i] as Call;
      if (images === 0) continue;
      const [from, to] = [call.done, call.done + images];
      this.#x.set(call.x.subarray(from * size, to * size), at * size);
      this.#t.set(call.t.subarray(from, to), at);
      if (call.condition !== undefined) this.#packCondition(call.condition, call.t.length, from, to, at);
      parts.push({ call, at, images });
      at += images;
    }
    this.#waiting = calls.filter((_, i) => shares[i] === 0);
    return parts;
  }

  /** Copies the conditions of a call's images [from, to) to the pass, beginning at its image `at`. */
  #packCondition(condition: Condition, images: number, from: number, to: number, at: number): void {
    const width = conditionWidth(condition, images);
    this.#condition ??= emptyLike(condition, this.#maxBatch * width);
    this.#condition.set(conditionRows(condition, images, from, to), at * width);
  }

  /**
   * Gives a call its part of the output. Each image has `size` values. A call with images that are not computed yet
   * returns to the queue.
   */
  #give({ call, at, images }: Part, output: Float32Array, size: number): void {
    call.claim.passes -= images;
    // Calls never share a part of the output, so a view is safe.
    const values = output.subarray(at * size, (at + images) * size);
    if (images === call.t.length) {
      call.resolve(values);
      return;
    }
    call.output ??= new Float32Array(call.t.length * size);
    call.output.set(values, call.done * size);
    call.done += images;
    if (call.done === call.t.length) call.resolve(call.output);
    else this.#waiting.push(call);
  }
}
