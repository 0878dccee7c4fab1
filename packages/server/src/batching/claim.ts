/** What a request still needs of a network, and since when it waits: what decides who comes next. */
export interface Claim {
  /** Aborted when the request ends; its calls leave the queue. */
  readonly signal: AbortSignal;
  /** Requests are numbered as they come. */
  readonly arrival: number;
  /** Images that still have to go through the network, once for each step and twice with guidance. */
  passes: number;
}
