/**
 * A server that serves one request after the other. Callers must pass requests in the order of their arrival times.
 */
export class Fifo {
  #freeAt = 0;
  /** Time for which the server was busy, in seconds. */
  busy = 0;

  /**
   * Serves a request.
   *
   * @param arrival time at which the request arrives, in seconds
   * @param service time that the request takes, in seconds
   * @returns the time at which the request is finished, in seconds
   */
  serve(arrival: number, service: number): number {
    this.#freeAt = Math.max(arrival, this.#freeAt) + service;
    this.busy += service;
    return this.#freeAt;
  }
}
