interface Waiting {
  readonly size: number;
  readonly enter: () => void;
}

/** Bounds the memory of work that is done at the same time. Further work waits, in the order of its calls. */
export class MemoryTurns {
  readonly #limit: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  /** @param limit bytes of all work together */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Waits until the memory is free. Work that needs more than the limit waits until it is alone.
   *
   * @returns a function that frees the memory, to be called once
   */
  async take(bytes: number): Promise<() => void> {
    const size = Math.min(bytes, this.#limit);
    await new Promise<void>((enter) => {
      this.#waiting.push({ size, enter });
      this.#admit();
    });
    return () => {
      this.#taken -= size;
      this.#admit();
    };
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#taken + next.size > this.#limit) return;
      this.#taken += next.size;
      this.#waiting.shift();
      next.enter();
    }
  }
}
