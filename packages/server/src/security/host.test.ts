import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ApiError } from '@isonoise/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene, type Served } from '../../../../tests/support/served.ts';
import { createServer, type ServerOptions } from '../create-server.ts';
import { isLoopbackAddress } from './host.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Asks with this `Host`, as a browser does after a name was made to mean this machine; `fetch` would not let one. */
async function ask(port: number, host: string, pathname = '/v1/models'): Promise<Answer> {
  const sent = request({ port, host: '127.0.0.1', path: pathname, headers: { Host: host } }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

const statuses = (
  { listening }: Served,
  hosts: readonly string[],
  pathname?: string,
): Promise<[string, number | undefined][]> =>
  Promise.all(hosts.map(async (host) => [host, (await ask(listening.port, host, pathname)).status]));

const all = (hosts: readonly string[], status: number): [string, number][] =>
  hosts.map((host) => [host, status]);

const LOOPBACK = [
  'localhost',
  'LOCALHOST:4173',
  'localhost.',
  'draw.localhost:80',
  '127.0.0.1',
  '127.255.0.9:65535',
  '[::1]',
  '[::1]:4173',
];
const FOREIGN = [
  'evil.example',
  'evil.example:4173',
  'localhost.evil.example',
  'evillocalhost',
  '127.0.0.1.evil.example:4173',
  '127.evil.example',
  '128.0.0.1',
  '0.0.0.0',
  '[::2]:4173',
  'fe80--1.evil.example',
];

describe('on loopback', () => {
  it("answers to loopback's names, at any port, and to no other", async () => {
    const served = await scene.serve();
    expect(await statuses(served, LOOPBACK)).toEqual(all(LOOPBACK, 200));
    expect(await statuses(served, FOREIGN)).toEqual(all(FOREIGN, 421));
    // What is no host at all: the HTTP layer has refused some of them.
    for (const [host, status] of await statuses(served, ['1.2.3.4.5', 'a b', 'localhost@evil.example']))
      expect([400, 421], host).toContain(status);
  });

  it('refuses page, models and API alike, and says what to do', async () => {
    const { listening } = await scene.serve();
    for (const pathname of [
      '/',
      '/models/conv/isonoise.json',
      '/v1/models',
      '/v1/openapi.json',
      '/metrics',
    ]) {
      const { status, body } = await ask(listening.port, 'evil.example', pathname);
      expect(status, pathname).toBe(421);
      const { error } = JSON.parse(body) as ApiError;
      expect(error).toEqual({
        code: 'HOST_NOT_ALLOWED',
        message: expect.stringMatching(
          /^Host is evil\.example; wanted localhost.*--allow-host evil\.example/,
        ),
        requestId: expect.any(String),
      });
    }
  });

  it('goes by the target where a request names one whole, as to a proxy', async () => {
    const { port } = (await scene.serve()).listening;
    const target = (host: string): Promise<Answer> => ask(port, 'localhost', `http://${host}/v1/models`);
    expect((await target('localhost')).status).toBe(200);
    expect((await target('evil.example')).status).toBe(421);
  });

  it('answers to the names that it was given, too', async () => {
    const allowHosts = ['Draw.Example.org', 'bücher.example', '192.0.2.7', '[FD00::7]'];
    const served = await scene.serve({ allowHosts });
    const names = ['draw.example.org:8080', 'xn--bcher-kva.example', '192.0.2.7:80', '[fd00::7]:80'];
    expect(await statuses(served, [...LOOPBACK, ...names])).toEqual(all([...LOOPBACK, ...names], 200));
    const others = [...FOREIGN, 'example.org', 'a.draw.example.org'];
    expect(await statuses(served, others)).toEqual(all(others, 421));
  });
});

describe('elsewhere', () => {
  /** Every address of this machine. */
  async function open(options: ServerOptions): Promise<Served> {
    return scene.serve(options, { host: '0.0.0.0' });
  }

  it('answers to every name, unless it was given some', async () => {
    const names = [...LOOPBACK, ...FOREIGN];
    expect(await statuses(await open({}), names)).toEqual(all(names, 200));
    const served = await open({ allowHosts: ['draw.example.org'] });
    expect(await statuses(served, [...LOOPBACK, 'draw.example.org'])).toEqual(
      all([...LOOPBACK, 'draw.example.org'], 200),
    );
    expect(await statuses(served, FOREIGN)).toEqual(all(FOREIGN, 421));
  });
});

describe('health', () => {
  it('is told whatever the host: a probe asks by an address', async () => {
    const listens = [
      await scene.serve(),
      await scene.serve({ allowHosts: ['draw.example.org'] }, { host: '0.0.0.0' }),
    ];
    for (const served of listens)
      for (const pathname of ['/healthz', '/readyz'])
        expect(await statuses(served, FOREIGN, pathname), pathname).toEqual(all(FOREIGN, 200));
    const { status, body } = await ask(listens[1]?.listening.port ?? 0, '10.0.0.7', '/readyz');
    expect([status, JSON.parse(body)]).toEqual([200, { status: 'ready' }]);
  });
});

it('refuses names that are none', async () => {
  for (const name of [
    '',
    'http://a.example',
    'a.example:80',
    'a.example/',
    '*.example',
    'fd00::7',
    '[::7]:80',
    'a b',
  ]) {
    await expect(createServer({ allowHosts: [name] }), name).rejects.toMatchObject({
      code: 'SERVER_HOST_INVALID',
      message: expect.stringContaining(`has "${name}"`),
    });
  }
});

it('knows the addresses of loopback', () => {
  const own = ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'];
  expect(own.filter(isLoopbackAddress)).toEqual(own);
  expect(['0.0.0.0', '::', '192.168.1.7', '::ffff:10.0.0.1', '1270.0.0.1'].filter(isLoopbackAddress)).toEqual(
    [],
  );
});
