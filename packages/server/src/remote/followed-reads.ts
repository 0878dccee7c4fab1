/** Reads the value of one id repeatedly. */
export interface Follower<T> {
  /**
   * Returns the latest value that any follower read, or reads it again if it is too old. @throws the error of the read
   */
  read(): Promise<T>;
  /** Stops following the id. Call it once. */
  leave(): void;
}

interface Followed<T> {
  followers: number;
  /** The latest read. Followers share it until the time `until`. */
  reading: Promise<T> | undefined;
  until: number;
  /** The value of the latest successful read. */
  last: T | undefined;
}

/** Reads values by id. All followers of an id share its reads. */
export class FollowedReads<T> {
  readonly #read: (id: string, last: T | undefined) => Promise<T>;
  readonly #keepMs: number;
  readonly #followed = new Map<string, Followed<T>>();

  /**
   * @param read reads the value of an id; receives the previous value, if there is one
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
