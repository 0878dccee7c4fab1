/** The facts that determine the order of requests: the remaining work and the order of arrival. */
export interface Claim {
  /** Aborted when the request ends; its calls then leave the queue. */
  readonly signal: AbortSignal;
  /** Sequence number of the request. */
  readonly arrival: number;
  /**
   * Images that this network still has to compute: one per image and call, two with guidance by the null class.
   */
  passes: number;
}
