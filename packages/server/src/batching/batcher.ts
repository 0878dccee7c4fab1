import { setImmediate as turn } from 'node:timers/promises';
import type { ModelSpec } from '@isonoise/bundle';
import type { Denoiser } from '@isonoise/sampler';
import type { Claim } from './claim.ts';
import { planPass } from './plan-pass.ts';

/** One run of the network that is over. */
export interface Pass {
  readonly images: number;
  /** Calls, and so requests, that had images in it. */
  readonly calls: number;
  readonly milliseconds: number;
  /** With what was done since the pass before it, where it followed at once. */
  readonly elapsedMs: number;
}

export interface BatcherOptions {
  readonly spec: Pick<ModelSpec, 'image'>;
  /** Most images of one pass. */
  readonly maxBatch: number;
  readonly onPass?: (pass: Pass) => void;
}

/** One sampler's call of the network; it may take several passes. */
interface Call {
  readonly x: Float32Array;
  readonly t: Float32Array;
  readonly labels: Int32Array | undefined;
  readonly claim: Claim;
  /** Images that are computed; the next pass continues from there. */
  done: number;
  /** Of a call in several passes. */
  output: Float32Array | undefined;
  resolve(output: Float32Array): void;
  reject(reason: unknown): void;
}

/** A call's images in a pass. */
interface Part {
  readonly call: Call;
  /** First of the pass's places that are this call's. */
  readonly at: number;
  readonly images: number;
}

/**
 * Many samplers, one network: while a pass runs, calls gather; then as many of their images as fit go into the next
 * pass together, each with its own timestep. A request so joins at the next step of whatever runs already.
 *
 * Images do not see each other inside the network, so each gets what it would have got alone (to the bit on the CPU
 * provider: docs/design.md, "ONNX Runtime facts").
 */
export class Batcher {
  readonly #run: Denoiser;
  readonly #maxBatch: number;
  readonly #imageSize: number;
  readonly #onPass: (pass: Pass) => void;
  // One pass at a time: the same buffers serve every one.
  readonly #x: Float32Array;
  readonly #t: Float32Array;
  readonly #labels: Int32Array;
  #waiting: Call[] = [];
  #running = false;
  #turn = 0;
  /** When the pass before ended, or the work began. */
  #since = 0;

  /** @param run the network; its arguments are written over after it has answered */
  constructor(run: Denoiser, { spec: { image }, maxBatch, onPass = () => {} }: BatcherOptions) {
    this.#run = run;
    this.#maxBatch = maxBatch;
    this.#imageSize = image.channels * image.height * image.width;
    this.#onPass = onPass;
    this.#x = new Float32Array(maxBatch * this.#imageSize);
    this.#t = new Float32Array(maxBatch);
    this.#labels = new Int32Array(maxBatch);
  }

  /**
   * @param claim of one request, which is kept up to date here. When its signal is aborted, its calls leave the queue,
   *   with the signal's reason, before the next pass.
   * @returns the network, shared with all others; a failed pass rejects the calls that were in it, and no others
   */
  denoiser(claim: Claim): Denoiser {
    return (x, t, labels) =>
      new Promise((resolve, reject) => {
        this.#waiting.push({ x, t, labels, claim, done: 0, output: undefined, resolve, reject });
        if (!this.#running) void this.#work();
      });
  }

  /** Passes until nobody waits. Never rejects: what fails is told to the calls. */
  async #work(): Promise<void> {
    this.#running = true;
    this.#since = performance.now();
    // A turn of the event loop: whoever was answered, or has just arrived, puts its next call into the same pass.
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
        parts[0]?.call.labels && this.#labels.subarray(0, images),
      );
      const ended = performance.now();
      this.#onPass({
        images,
        calls: parts.length,
        milliseconds: ended - began,
        elapsedMs: ended - this.#since,
      });
      this.#since = ended;
      for (const part of parts) this.#give(part, output);
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

  /** Copies the next pass into the buffers, and takes its calls from the queue. */
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
      if (call.labels !== undefined) this.#labels.set(call.labels.subarray(from, to), at);
      parts.push({ call, at, images });
      at += images;
    }
    this.#waiting = calls.filter((_, i) => shares[i] === 0);
    return parts;
  }

  /** Hands a call its part of the pass; one that needs more waits again. */
  #give({ call, at, images }: Part, output: Float32Array): void {
    const size = this.#imageSize;
    call.claim.passes -= images;
    // No two calls share a place, so a view is the caller's own.
    const values = output.subarray(at * size, (at + images) * size);
    if (images === call.t.length) {
      call.resolve(values);
      return;
    }
    call.output ??= new Float32Array(call.x.length);
    call.output.set(values, call.done * size);
    call.done += images;
    if (call.done === call.t.length) call.resolve(call.output);
    else this.#waiting.push(call);
  }
}
