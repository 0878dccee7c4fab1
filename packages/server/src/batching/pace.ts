/** Speed of a network, measured on its latest passes. */
export interface Pace {
  /** Milliseconds per image, including the time between passes. */
  readonly imageMs: number;
  /** Milliseconds per pass. Each step of a request takes at least this time. */
  readonly passMs: number;
}

/** Weight of a pass relative to the next one. With this value, only about the last ten passes matter. */
const FADING = 0.9;

/** Assumed speed before the first pass: the speed of a slow core. */
const ASSUMED_FLOPS_PER_MS = 5e6;

/** Measures the {@link Pace} of one network. */
export class PaceMeter {
  #images = 0;
  #milliseconds = 0;
  #passes = 0;
  readonly #assumed: number;

  /** @param flops floating-point operations of the network for one image */
  constructor(flops: number) {
    this.#assumed = flops / ASSUMED_FLOPS_PER_MS;
  }

  /** @param milliseconds time since the previous pass ended, or since the work began */
  add(images: number, milliseconds: number): void {
    this.#images = FADING * this.#images + images;
    this.#milliseconds = FADING * this.#milliseconds + milliseconds;
    this.#passes = FADING * this.#passes + 1;
  }

  get pace(): Pace {
    if (this.#passes === 0) return { imageMs: this.#assumed, passMs: this.#assumed };
    return { imageMs: this.#milliseconds / this.#images, passMs: this.#milliseconds / this.#passes };
  }
}
