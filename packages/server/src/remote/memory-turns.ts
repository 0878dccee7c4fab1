/** Memory that some work has taken. */
export interface TakenMemory {
  /** Frees all memory except the given number of bytes. */
  keep(bytes: number): void;
  /** Frees the memory. */
  free(): void;
}

interface Waiting {
  readonly size: number;
  readonly enter: () => void;
}

/** Bounds the memory of work that is done at the same time. Further work waits, in the order of the calls of `take`. */
export class MemoryTurns {
  readonly #limit: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  /** @param limit maximum number of bytes that all work takes together */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Waits until the memory is free. Work that needs more than the limit waits until it is alone.
   *
   * @param signal stops the wait
   * @throws the reason of `signal` if it is aborted before the memory is free
   */
  async take(bytes: number, signal?: AbortSignal): Promise<TakenMemory> {
    signal?.throwIfAborted();
    let size = Math.min(bytes, this.#limit);
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason);
        this.#admit();
      };
      const waiting: Waiting = {
        size,
        enter: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      this.#admit();
    });
    const keep = (kept: number): void => {
      const less = Math.min(kept, size);
      this.#taken -= size - less;
      size = less;
      this.#admit();
    };
    return { keep, free: () => keep(0) };
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
