import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A TCP proxy on a free loopback port whose network can be cut. */
export class CuttableProxy {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #isSilent = false;
  port = 0;
  /** Number of connections that were accepted. */
  accepted = 0;

  /** @param target port on loopback */
  constructor(target: number) {
    this.#target = target;
  }

  /** Starts, or starts again on the same port. */
  async open(): Promise<void> {
    this.#server = createServer((near) => {
      this.accepted++;
      const far = connect(this.#target, '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', (bytes) => {
          if (!this.#isSilent) to.write(bytes);
        });
        from.on('error', () => {});
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('CuttableProxy: got no port; expected one');
    this.port = address.port;
  }

  /** Closes all connections and accepts no others, until `open`. */
  async cut(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    this.closeAll();
    await closed;
  }

  /** Closes all connections; others are accepted. */
  closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Drops all bytes without closing a connection, as a pulled cable does, or stops dropping them. */
  silence(isSilent: boolean): void {
    this.#isSilent = isSilent;
  }
}
