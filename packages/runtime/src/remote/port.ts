/** One end of a channel between threads: of a Worker or MessagePort, Node's or a browser's. */
export interface Port {
  /** @param transfer buffers that go over without a copy and are gone here */
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  /** Called once, before anything is posted. Messages come in the order they were posted. */
  onMessage(listener: (message: unknown) => void): void;
}
