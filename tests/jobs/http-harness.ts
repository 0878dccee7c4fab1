import { type Connection, connect, JobStore } from '@isonoise/jobs';
import type { ServerOptions } from '@isonoise/server';
import { afterAll, beforeAll, expect } from 'vitest';
import { documented } from '../support/documented.ts';
import { TestRedis } from '../support/redis.ts';
import { Scene, type Served } from '../support/served.ts';

/** A job for the model `conv`. */
export const REQUEST = { model: 'conv', seed: 7, steps: 4 } as const;

/** Redis and servers for one test file. The requests of the harness go to the server that was started last. */
export class HttpJobsHarness {
  readonly redis: TestRedis;
  readonly scene = new Scene();
  connection!: Connection;
  store!: JobStore;
  served!: Served;

  constructor(settings?: ConstructorParameters<typeof TestRedis>[0]) {
    this.redis = new TestRedis(settings);
    beforeAll(async () => {
      await Promise.all([this.redis.start(), this.scene.build()]);
      this.connection = await connect(this.redis.url);
      this.store = new JobStore(this.connection.redis);
    });
    afterAll(async () => {
      this.connection.close();
      await this.scene.stopServers();
      await this.scene.remove();
      await this.redis.remove();
    });
  }

  /** Starts a server with the store of the harness, or with other options. */
  async serve(options: ServerOptions = { redis: this.redis.url }): Promise<void> {
    this.served = await this.scene.serve(options);
  }

  /** Starts a server whose error responses must be in the API document. */
  async serveDocumented(options?: ServerOptions): Promise<void> {
    await this.serve(options);
    this.served = documented(this.served);
  }

  /** Limits the memory of Redis, to a size such as `24mb`. */
  async limitMemory(limit: string): Promise<void> {
    await this.connection.redis.config('SET', 'maxmemory', limit);
  }

  /** Removes everything in Redis, and allows its usual memory again. */
  async clear(): Promise<void> {
    await this.limitMemory('256mb');
    await this.connection.redis.flushall();
  }

  /** Sends a request for a job; fields that are missing in its body are those of {@link REQUEST}. */
  post(body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.served.get('/v1/jobs', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ ...REQUEST, ...body }),
    });
  }

  /** Sends a job that must be accepted. @returns its id */
  async sent(body: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const answer = await this.post(body, headers);
    expect(answer.status, await answer.clone().text()).toBe(202);
    return ((await answer.json()) as { id: string }).id;
  }
}

/** Reads the refusal of a request. */
export async function refused(
  answer: Promise<Response>,
): Promise<{ status: number; code: string; message: string; retry: string | null }> {
  const { status, headers } = await answer;
  const { error } = (await (await answer).json()) as { error: { code: string; message: string } };
  return { status, code: error.code, message: error.message, retry: headers.get('Retry-After') };
}

/** Method and path of every request about jobs, except the one that creates a job. The job in the paths does not exist. */
export const REQUESTS = [
  ['GET', '/v1/jobs'],
  ['GET', '/v1/jobs/0123456789abcdef'],
  ['DELETE', '/v1/jobs/0123456789abcdef'],
  ['GET', '/v1/jobs/0123456789abcdef/events'],
  ['GET', '/v1/jobs/0123456789abcdef/result'],
  ['GET', '/v1/jobs/0123456789abcdef/images/0.png'],
] as const;
