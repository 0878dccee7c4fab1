import type { SampleBody } from '@isonoise/api';

/** Clients of a server, in a process of their own: their work must not take the server's time. */
export interface ClientsRequest {
  /** Of the server. */
  readonly url: string;
  readonly clients: number;
  /** One after the other, of each client. */
  readonly requests: number;
  readonly body: Omit<SampleBody, 'seed'>;
  /** Runs all the while, and is given up at the end. */
  readonly beside?: Omit<SampleBody, 'seed'>;
}

export interface ClientsAnswer {
  /** From the first request to the last answer. */
  readonly milliseconds: number;
  /** Of each request, ms. */
  readonly latencies: readonly number[];
}
