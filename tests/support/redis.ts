import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RedisServer, startRedisServer } from '../../packages/cli/src/jobs/redis-server.ts';

/** A Redis server of one test file, on a free loopback port, with its file in a temporary folder. */
export class TestRedis {
  readonly #settings: { readonly memory: string; readonly password?: string | undefined };
  #server: RedisServer | undefined;
  #folder = '';
  port = 0;

  constructor(settings: { readonly memory?: string; readonly password?: string } = {}) {
    this.#settings = { memory: settings.memory ?? '256mb', password: settings.password };
  }

  /** Folder of the server's file, for temporary files too. */
  get folder(): string {
    return this.#folder;
  }

  /** Address with the password. */
  get url(): string {
    const { password } = this.#settings;
    return `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${this.port}`;
  }

  /** Starts the server, or starts it again on the same port with the same file. */
  async start(): Promise<void> {
    if (this.port === 0) {
      this.port = await freePort();
      this.#folder = await mkdtemp(path.join(tmpdir(), 'isonoise-redis-'));
    }
    this.#server = await startRedisServer({
      ...this.#settings,
      host: '127.0.0.1',
      port: this.port,
      dir: this.#folder,
    });
  }

  /** Stops the server by its process id. */
  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }

  /** Kills the server, as a crash of its machine would. */
  async kill(): Promise<void> {
    if (this.#server === undefined) return;
    process.kill(this.#server.pid, 'SIGKILL');
    await this.#server.ended;
    this.#server = undefined;
  }

  /** Stops the server and removes its file. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Returns a port that no other process uses now. The port is below 32768, so no system assigns it to another server or
 * to a connection before it is used, or while its server is restarted.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + randomInt(12_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
  throw new Error('freePort: found no free port in 100 attempts; expected one between 20000 and 32000.');
}
