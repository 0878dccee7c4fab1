import { setTimeout as pause } from 'node:timers/promises';
import { connect, JobClient, JobStore } from '@isonoise/jobs';
import type { Logger } from 'pino';
import { shuttingDown } from '../shutting-down.ts';
import { apiError } from './api-error.ts';

/** Time for which requests get the error of the last failed attempt to connect. */
const RETRY_MS = 1000;
/** How long closing the queue may take if the connection is lost. */
const CLOSE_MS = 1000;

/** The store of jobs while it is connected. */
export interface OpenStore {
  readonly client: JobClient;
  readonly store: JobStore;
  /** Address of this machine in the network of the store. */
  readonly localAddress: string;
}

/**
 * The connection to the store of jobs. It is opened when it is first needed, and opened again after it was lost. While
 * the store is unreachable, requests for jobs fail at once, and all other requests are served.
 */
export class StoreAccess {
  readonly #url: string;
  readonly #log: Logger;
  #opening: Promise<OpenStore & { close(): Promise<void> }> | undefined;
  #localAddress: string | undefined;
  #isClosed = false;

  constructor(url: string, log: Logger) {
    this.#url = url;
    this.#log = log;
  }

  /** Address of this machine in the network of the store; undefined before the first connection. */
  get localAddress(): string | undefined {
    return this.#localAddress;
  }

  /**
   * Uses the store.
   *
   * @throws ServerError `JOBS_UNAVAILABLE`, `JOBS_MEMORY_FULL`, `JOBS_TOO_MANY`, `JOB_NOT_FOUND`; `SHUTTING_DOWN` after
   *   `close`; the errors of `act`
   */
  async use<T>(act: (open: OpenStore) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw shuttingDown();
    try {
      this.#opening ??= this.#open();
      return await act(await this.#opening);
    } catch (cause) {
      // After `close`, errors are caused by the closed connection.
      throw this.#isClosed ? shuttingDown() : apiError(cause);
    }
  }

  async #open(): Promise<OpenStore & { close(): Promise<void> }> {
    try {
      const connection = await connect(this.#url, {
        failFast: true,
        onLost: (isLost) =>
          isLost
            ? this.#log.warn('the connection to the store of jobs is lost')
            : this.#log.info('the store of jobs is connected'),
      });
      for (const note of connection.notes) this.#log.warn(note);
      const client = new JobClient(connection);
      this.#localAddress = connection.localAddress;
      return {
        client,
        store: new JobStore(connection.redis),
        localAddress: connection.localAddress,
        async close() {
          await Promise.race([client.close().catch(() => {}), pause(CLOSE_MS, undefined, { ref: false })]);
          connection.close();
        },
      };
    } catch (error) {
      setTimeout(() => {
        this.#opening = undefined;
      }, RETRY_MS).unref();
      throw error;
    }
  }

  /**
   * Closes the connection. A connection that is still being opened is closed later, because opening it can take ten
   * seconds.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = this.#opening?.then(
      (open) => open.close(),
      () => {},
    );
    await Promise.race([closed, pause(2 * CLOSE_MS, undefined, { ref: false })]);
  }
}
