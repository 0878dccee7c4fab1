import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { connect } from '@isonoise/jobs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestRedis } from '../support/redis.ts';

const redis = new TestRedis({ password: 'secret' });
beforeAll(() => redis.start());
afterAll(() => redis.remove());
afterEach(async () => {
  const { redis: commands, close } = await connect(redis.url);
  await commands.flushall();
  close();
});

describe('connect', () => {
  it.each([
    ['a wrong password', () => redis.url.replace('secret', 'wrong'), 'JOBS_ACCESS', 'WRONGPASS'],
    ['no password', () => redis.url.replace(':secret@', ''), 'JOBS_ACCESS', 'redis://:password@host:port'],
    ['a port without a server', () => 'redis://127.0.0.1:1', 'JOBS_UNREACHABLE', 'ECONNREFUSED'],
    [
      'an address of another kind',
      () => 'http://127.0.0.1',
      'JOBS_UNREACHABLE',
      'expected an address such as redis://',
    ],
  ])('refuses %s', async (_, url, code, message) => {
    await expect(connect(url())).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    await expect(connect(url())).rejects.not.toMatchObject({ message: expect.stringContaining('wrong@') });
  });

  it('with failFast makes commands fail at once while the server is unreachable, and succeed when it is reachable again', async () => {
    const { redis: commands, close } = await connect(redis.url, { failFast: true });
    await redis.stop();
    await expect.poll(() => commands.status).not.toBe('ready');
    await expect(commands.ping()).rejects.toThrow();
    await redis.start();
    await expect.poll(() => commands.ping().catch(() => 'away')).toBe('PONG');
    close();
  });

  it.each([
    ['that never answers', () => {}, 'no answer'],
    [
      'of another kind',
      (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'),
      'Protocol error',
    ],
    ['that closes each connection', (socket: Socket) => socket.end(), 'closed'],
  ])('refuses a server %s', async (_, onSocket, message) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => onSocket(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(connect(`redis://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'JOBS_UNREACHABLE',
      message: expect.stringContaining(message),
    });
    server.close();
  });

  it('refuses a server that removes jobs when its memory is full', async () => {
    const { redis: commands, close } = await connect(redis.url);
    await commands.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(connect(redis.url)).rejects.toMatchObject({
      code: 'JOBS_STORE',
      message: expect.stringContaining('allkeys-lru'),
    });
    await commands.config('SET', 'maxmemory-policy', 'noeviction');
    close();
  });

  it('notes that a server does not write a file', async () => {
    const { redis: commands, close, notes } = await connect(redis.url);
    expect(notes).toEqual([]);
    await commands.config('SET', 'appendonly', 'no');
    const { notes: without, close: closeWithout } = await connect(redis.url);
    expect(without).toEqual([expect.stringContaining('does not write an append-only file')]);
    await commands.config('SET', 'appendonly', 'yes');
    close();
    closeWithout();
  });
});
