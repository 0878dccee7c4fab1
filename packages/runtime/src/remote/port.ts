/** One end of a channel between threads: a Worker or MessagePort of Node or a browser. */
export interface Port {
  /** Sends a message. @param transfer buffers to move instead of copying; they become detached here */
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  /**
   * Sets the listener. Must be called exactly once, before the first message. Messages arrive in the order in which
   * they were posted.
   */
  onMessage(listener: (message: unknown) => void): void;
}
