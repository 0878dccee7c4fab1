/** Ctrl-C, a request to end, and a terminal that was closed. */
export const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
