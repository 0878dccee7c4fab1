import type { SampleBody } from '@isonoise/api';

/** Clients of a server. They run in a separate process, so that the server's thread does not do their work. */
export interface ClientsRequest {
  /** URL of the server. */
  readonly url: string;
  readonly clients: number;
  /** Number of requests of each client; a client sends them in sequence. */
  readonly requests: number;
  readonly body: Omit<SampleBody, 'seed'>;
  /** A request that runs during all others and is aborted at the end. */
  readonly beside?: Omit<SampleBody, 'seed'>;
}

export interface ClientsAnswer {
  /** Time from the first request to the last response, in ms. */
  readonly milliseconds: number;
  /** Time of each request, in ms. */
  readonly latencies: readonly number[];
}
