/** Number of jobs that are kept in memory. */
const MOST_JOBS = 8;
/** Size of the jobs that are kept in memory, in bytes. The job that was used last is always kept. */
const MOST_BYTES = 256e6;

/**
 * Keeps what was read about the jobs that were used last, so that each job is read once, not for each of its ranges or
 * images. The data must not change while a job exists.
 */
export class JobCache<T extends { readonly bytes: number }> {
  readonly #read: (id: string) => Promise<T>;
  /** Jobs by their ids, the one that was used last at the end. */
  readonly #jobs = new Map<string, T>();
  readonly #reading = new Map<string, Promise<T>>();

  /** @param read reads a job; `bytes` is its size in memory */
  constructor(read: (id: string) => Promise<T>) {
    this.#read = read;
  }

  /** Returns a job; reads it if it is not kept. @throws errors of reading */
  async get(id: string): Promise<T> {
    const job = this.#jobs.get(id) ?? (await this.#readOnce(id));
    this.#jobs.delete(id);
    this.#jobs.set(id, job);
    let bytes = 0;
    for (const kept of this.#jobs.values()) bytes += kept.bytes;
    for (const [oldest, { bytes: size }] of this.#jobs) {
      if (oldest === id || (this.#jobs.size <= MOST_JOBS && bytes <= MOST_BYTES)) break;
      this.#jobs.delete(oldest);
      bytes -= size;
    }
    return job;
  }

  #readOnce(id: string): Promise<T> {
    let reading = this.#reading.get(id);
    if (reading === undefined) {
      reading = this.#read(id).finally(() => this.#reading.delete(id));
      this.#reading.set(id, reading);
    }
    return reading;
  }
}
