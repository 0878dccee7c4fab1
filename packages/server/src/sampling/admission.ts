import { ServerError } from '../server-error.ts';

/** A request that was let in. */
export interface Ticket {
  /** For `Retry-After` of others. */
  remaining(milliseconds: number): void;
  /** Safe to call again. */
  leave(): void;
}

interface Guest {
  readonly images: number;
  remainingMs: number | undefined;
}

/** Longest time that a client is told to wait: much may change until then. */
const LONGEST_RETRY_S = 60;

/** Counts the images in flight, and lets no more in than fit. */
export class Admission {
  readonly #maxImages: number;
  readonly #guests = new Set<Guest>();
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(maxImages: number) {
    this.#maxImages = maxImages;
  }

  /** Images in flight. */
  get images(): number {
    return [...this.#guests].reduce((sum, guest) => sum + guest.images, 0);
  }

  get requests(): number {
    return this.#guests.size;
  }

  /**
   * @param images guided ones twice
   * @throws ServerError `QUEUE_FULL` with `Retry-After`: when the first of those inside should be done
   * @throws ServerError `SHUTTING_DOWN` after `close`
   */
  enter(images: number): Ticket {
    if (this.#closed) throw new ServerError('SHUTTING_DOWN', 'the server is shutting down.');
    const inside = this.images;
    // One that is larger than the limit is let in alone, or it never would be.
    if (inside > 0 && inside + images > this.#maxImages) {
      const soonest = Math.min(...[...this.#guests].map(({ remainingMs = 0 }) => remainingMs));
      const seconds = Math.min(LONGEST_RETRY_S, Math.max(1, Math.ceil(soonest / 1000)));
      throw new ServerError(
        'QUEUE_FULL',
        `${inside} images are being drawn and ${images} more do not fit; at most ${this.#maxImages} at a time. ` +
          `Ask again in ${seconds} s.`,
        { headers: { 'Retry-After': String(seconds) } },
      );
    }
    const guest: Guest = { images, remainingMs: undefined };
    this.#guests.add(guest);
    return {
      remaining: (milliseconds) => {
        guest.remainingMs = milliseconds;
      },
      leave: () => {
        this.#guests.delete(guest);
        if (this.#guests.size > 0) return;
        for (const tell of this.#idle.splice(0)) tell();
      },
    };
  }

  /** Lets nobody in any more; until nobody is inside. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#guests.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }
}
