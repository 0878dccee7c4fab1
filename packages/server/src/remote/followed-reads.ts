/** Reads something repeatedly. */
export interface Follower<T> {
  /** Returns what was read last, by any follower. @throws the error of that read */
  read(): Promise<T>;
  /** Stops following the id. Call it once. */
  leave(): void;
}

interface Followed<T> {
  followers: number;
  /** The latest read, and until when it is used. */
  reading: Promise<T> | undefined;
  until: number;
  /** What was read last without an error. */
  last: T | undefined;
}

/** Reads things by their ids. All followers of an id share its reads. */
export class FollowedReads<T> {
  readonly #read: (id: string, last: T | undefined) => Promise<T>;
  readonly #keepMs: number;
  readonly #followed = new Map<string, Followed<T>>();

  /**
   * @param read receives what it returned before
   * @param keepMs milliseconds for which followers share a read
   */
  constructor(read: (id: string, last: T | undefined) => Promise<T>, keepMs: number) {
    this.#read = read;
    this.#keepMs = keepMs;
  }

  /** Begins to follow an id. The caller must call `leave`. */
  follow(id: string): Follower<T> {
    const followed = this.#followed.get(id) ?? {
      followers: 0,
      reading: undefined,
      until: 0,
      last: undefined,
    };
    this.#followed.set(id, followed);
    followed.followers++;
    return {
      read: () => this.#current(id, followed),
      leave: () => {
        followed.followers--;
        if (followed.followers === 0) this.#followed.delete(id);
      },
    };
  }

  #current(id: string, followed: Followed<T>): Promise<T> {
    if (followed.reading !== undefined && performance.now() < followed.until) return followed.reading;
    followed.until = Number.POSITIVE_INFINITY;
    followed.reading = this.#read(id, followed.last)
      .then((value) => {
        followed.last = value;
        return value;
      })
      .finally(() => {
        followed.until = performance.now() + this.#keepMs;
      });
    return followed.reading;
  }
}
