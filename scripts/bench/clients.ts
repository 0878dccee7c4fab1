import type { SampleBody } from '@isonoise/api';

/** Clients of a server. They run in a separate process, so that the server's thread does not do their work. */
export interface ClientsRequest {
  /** URL of the server. */
  readonly url: string;
  readonly clients: number;
  /** Requests of each client, one after another. */
  readonly requests: number;
  readonly body: Omit<SampleBody, 'seed'>;
  /** A request that runs during all others and is aborted at the end. */
  readonly beside?: Omit<SampleBody, 'seed'>;
}

export interface ClientsAnswer {
  /** Time from the first request to the last response. */
  readonly milliseconds: number;
  /** Time of each request, ms. */
  readonly latencies: readonly number[];
}
