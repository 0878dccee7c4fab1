import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ApiError } from '@isonoise/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Scene, type Served } from '../../../../tests/support/served.ts';
import { createServer, type ServerOptions } from '../create-server.ts';
import { hasHostOf, isLoopbackAddress, originOf } from './host.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Sends a request with this `Host`, as a browser does after DNS rebinding; `fetch` does not allow this header. */
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

describe('a server on loopback', () => {
  it('accepts only loopback names, with any port', async () => {
    const served = await scene.serve();
    expect(await statuses(served, LOOPBACK)).toEqual(all(LOOPBACK, 200));
    expect(await statuses(served, FOREIGN)).toEqual(all(FOREIGN, 421));
    // These are not valid hosts; the HTTP layer rejects some of them.
    for (const [host, status] of await statuses(served, ['1.2.3.4.5', 'a b', 'localhost@evil.example']))
      expect([400, 421], host).toContain(status);
  });

  it('rejects other hosts for the page, the models and the API, and reports the remedy', async () => {
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
          /^Host is evil\.example; expected localhost.*--allow-host evil\.example/,
        ),
        requestId: expect.any(String),
      });
    }
  });

  it('checks the host of an absolute request target instead of Host', async () => {
    const { port } = (await scene.serve()).listening;
    const target = (host: string): Promise<Answer> => ask(port, 'localhost', `http://${host}/v1/models`);
    expect((await target('localhost')).status).toBe(200);
    expect((await target('evil.example')).status).toBe(421);
  });

  it('also accepts names that are allowed explicitly', async () => {
    const allowHosts = ['Draw.Example.org', 'bücher.example', '192.0.2.7', '[FD00::7]'];
    const served = await scene.serve({ allowHosts });
    const names = ['draw.example.org:8080', 'xn--bcher-kva.example', '192.0.2.7:80', '[fd00::7]:80'];
    expect(await statuses(served, [...LOOPBACK, ...names])).toEqual(all([...LOOPBACK, ...names], 200));
    const others = [...FOREIGN, 'example.org', 'a.draw.example.org'];
    expect(await statuses(served, others)).toEqual(all(others, 421));
  });
});

describe('a server on all addresses', () => {
  /** Listens on every address of this machine. */
  async function open(options: ServerOptions): Promise<Served> {
    return scene.serve(options, { host: '0.0.0.0' });
  }

  it('accepts every name, unless some names are explicitly allowed', async () => {
    const names = [...LOOPBACK, ...FOREIGN];
    expect(await statuses(await open({}), names)).toEqual(all(names, 200));
    const served = await open({ allowHosts: ['draw.example.org'] });
    expect(await statuses(served, [...LOOPBACK, 'draw.example.org'])).toEqual(
      all([...LOOPBACK, 'draw.example.org'], 200),
    );
    expect(await statuses(served, FOREIGN)).toEqual(all(FOREIGN, 421));
  });
});

describe('the health routes', () => {
  it('accept every host, because probes use an address', async () => {
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

it('createServer rejects allowHosts that are not host names', async () => {
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

it('isLoopbackAddress recognizes loopback addresses', () => {
  const own = ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'];
  expect(own.filter(isLoopbackAddress)).toEqual(own);
  expect(['0.0.0.0', '::', '192.168.1.7', '::ffff:10.0.0.1', '1270.0.0.1'].filter(isLoopbackAddress)).toEqual(
    [],
  );
});

describe('hasHostOf', () => {
  it.each([
    ['http://10.0.0.7:4173/models/conv/', 'http://10.0.0.7:80', true],
    ['http://[fd00::7]:80/', 'http://[fd00::7]:4173', true],
    ['http://[fd00:0::7]/', 'http://[fd00::7]:80', true],
    ['http://draw.example.org./models/', 'https://draw.example.org', true],
    ['http://10.0.0.8/', 'http://10.0.0.7:80', false],
    ['http://10.0.0.7.example.org/', 'http://10.0.0.7:80', false],
    ['http://', 'http://', false],
  ])('compares the hosts of %s and %s, with the result %s', (url, origin, expected) => {
    expect(hasHostOf(url, origin)).toBe(expected);
  });
});

it('originOf writes IPv6 addresses in brackets', () => {
  expect([originOf('10.0.0.7', 4173), originOf('::1', 80)]).toEqual([
    'http://10.0.0.7:4173',
    'http://[::1]:80',
  ]);
});
