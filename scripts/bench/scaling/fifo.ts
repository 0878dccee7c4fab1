/**
 * A server that serves one request after the other, in the order of their arrival. Requests must arrive in the order of
 * time.
 */
export class Fifo {
  #freeAt = 0;
  /** Total time in seconds for which it was busy. */
  busy = 0;

  /**
   * Serves a request.
   *
   * @param arrival time of its arrival, in seconds
   * @param service seconds that it takes
   * @returns the time of its end
   */
  serve(arrival: number, service: number): number {
    this.#freeAt = Math.max(arrival, this.#freeAt) + service;
    this.busy += service;
    return this.#freeAt;
  }
}
