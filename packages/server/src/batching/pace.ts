/** How fast a network draws, by its latest passes. */
export interface Pace {
  /** Milliseconds of an image in a pass, the work between the passes included. */
  readonly imageMs: number;
  /** Milliseconds of a pass: no request takes its next step sooner. */
  readonly passMs: number;
}

/** What an earlier pass counts beside the one after it: ten passes or so decide. */
const FADING = 0.9;

/** Before anything is measured: a slow core. */
const ASSUMED_FLOPS_PER_MS = 5e6;

/** Keeps the {@link Pace} of one network. */
export class PaceMeter {
  #images = 0;
  #milliseconds = 0;
  #passes = 0;
  readonly #assumed: number;

  /** @param flops of one image through the network */
  constructor(flops: number) {
    this.#assumed = flops / ASSUMED_FLOPS_PER_MS;
  }

  /** @param milliseconds since the pass before it ended, or since the work began */
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
