import { rm, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiError } from '@isonoise/api';
import { createDenoiser } from '@isonoise/runtime-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RawAnswer, sendRaw } from '../../../../tests/support/raw-http.ts';
import { Scene } from '../../../../tests/support/served.ts';
import { body, chunk, codes, errorOf, head, metricsOf, post, text } from '../../testdata/raw-requests.ts';
import type { ServerOptions } from '../create-server.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

describe('the HTTP layer', () => {
  it('reports invalid HTTP as it reports other errors: with JSON, all headers and metrics', async () => {
    const served = await scene.serve();
    const { port } = served.listening;
    const cases: readonly (readonly [request: string, status: number, code: string])[] = [
      ['GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET /healthz HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET /healthz HTTP/1.1\r\nHost: [::1\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET /healthz HTTP/1.1\r\nHost: localhost:99999999\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET /healthz HTTP/1.1\r\nHost:\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET /healthz HTTP/1.1\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET /healthz HTTP/1.0\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET http://[::1/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['GET \\healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      ['NOT HTTP AT ALL\r\n\r\n', 400, 'REQUEST_MALFORMED'],
      [
        `GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
        431,
        'HEADERS_TOO_LARGE',
      ],
      [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
      [head('GET /healthz', 'Expect: miracles'), 417, 'EXPECTATION_FAILED'],
      [post('Content-Length: 3', 'Transfer-Encoding: chunked'), 400, 'REQUEST_MALFORMED'],
      [post('Content-Length: -1'), 400, 'REQUEST_MALFORMED'],
      [`${post('Transfer-Encoding: chunked')}zz\r\n`, 400, 'REQUEST_MALFORMED'],
    ];
    for (const [request, status, code] of cases) {
      const answers = await sendRaw(port, request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
      const shown = request.slice(0, 80);
      expect(codes(answers), shown).toEqual([[status, code]]);
      const { headers } = answers[0] as RawAnswer;
      expect(headers['content-type'], shown).toBe('application/json');
      expect(headers['x-content-type-options'], shown).toBe('nosniff');
      expect(headers['x-request-id'], shown).toBe(errorOf(answers[0] as RawAnswer).requestId);
    }
    const metrics = await metricsOf(served);
    expect(metrics).toMatch(/isonoise_http_requests_total\{method="GET",route="malformed",status="400"\} \d/);
    expect(metrics).toContain('isonoise_refused_total{code="HEADERS_TOO_LARGE"} 2\n');
    expect(metrics).not.toContain('status="500"');
  });

  it('answers pipelined requests in order', async () => {
    const { listening } = await scene.serve();
    const kept = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const answers = await sendRaw(
      listening.port,
      kept('/healthz') + kept('/nothing') + kept('/v1/models') + head('GET /readyz'),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 200]);
    expect(answers[3]?.body).toBe('{"status":"ready"}');
  });

  it('rejects invalid HTTP after answering the requests before it', async () => {
    const { listening } = await scene.serve();
    const kept = `POST /v1/sample HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    for (const pieces of [[`${kept}NOT HTTP\r\n\r\n`], [kept, 'NOT ', 'HTTP\r\n', '\r\n', 'more']]) {
      const [drawn, refused, ...others] = await sendRaw(listening.port, ...pieces);
      expect([drawn?.status, drawn?.headers['x-isonoise-shape']]).toEqual([200, '1,1,6,5']);
      expect(codes([refused as RawAnswer])).toEqual([[400, 'REQUEST_MALFORMED']]);
      expect(others).toEqual([]);
    }
  });

  it('rejects CONNECT with a response', async () => {
    const { listening } = await scene.serve();
    const answers = await sendRaw(
      listening.port,
      'CONNECT other.example:443 HTTP/1.1\r\nHost: other.example\r\n\r\n',
    );
    expect(codes(answers)).toEqual([[400, 'REQUEST_MALFORMED']]);
    expect(errorOf(answers[0] as RawAnswer).message).toContain('CONNECT other.example:443');
  });

  it('answers 408 to a request that arrives too slowly', async () => {
    const served = await scene.serve({}, { headersMs: 200, receiveMs: 400 });
    const { port } = served.listening;
    for (const request of [
      'GET /hea',
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\n',
      post(`Content-Length: ${text.length}`) + text.slice(1),
      post('Transfer-Encoding: chunked') + chunk(text),
    ]) {
      expect(codes(await sendRaw(port, request)), request).toEqual([[408, 'REQUEST_TIMEOUT']]);
    }
    const metrics = await metricsOf(served);
    expect(metrics).toContain('isonoise_refused_total{code="REQUEST_TIMEOUT"} 4\n');
    expect(metrics).not.toContain('status="500"');
  });

  it('answers Expect: 100-continue with 100', async () => {
    const { listening } = await scene.serve();
    const request = post(`Content-Length: ${text.length}`, 'Expect: 100-continue');
    const answers = await sendRaw(listening.port, request, text);
    expect(answers.map(({ status }) => status)).toEqual([100, 200]);
  });

  it('answers 404 to paths with invalid percent-encoding', async () => {
    const { listening } = await scene.serve();
    const paths = [
      '/%zz',
      '/%',
      '/models/%zz/isonoise.json',
      '/models/conv/%e2%28',
      '/v1/%6dodels%00',
      '/models/%ff/x',
    ];
    for (const path of paths) {
      const [answer] = await sendRaw(listening.port, head(`GET ${path}`));
      expect(answer?.status, path).toBe(404);
      expect(errorOf(answer as RawAnswer).code, path).toMatch(/NOT_FOUND$/);
    }
  });

  it('handles extreme values of Range and other headers', async () => {
    const { listening } = await scene.serve();
    const get = async (...headers: readonly string[]): Promise<number | undefined> =>
      (await sendRaw(listening.port, head('GET /models/conv/isonoise.json', ...headers)))[0]?.status;
    const digits = '9'.repeat(400);
    expect(await get(`Range: bytes=${digits}-`)).toBe(416);
    expect(await get(`Range: bytes=0-${digits}`)).toBe(206);
    expect(await get(`Range: bytes=-${digits}`)).toBe(206);
    expect(await get(`Range: bytes=${'0-0,'.repeat(2000)}0-0`)).toBe(200);
    expect(await get('Range: bytes=0x10-')).toBe(200);
    expect(await get(`If-None-Match: ${'"x",'.repeat(3000)}"y"`)).toBe(200);
    expect(await get('Accept-Encoding: \u00ff;q=x,,;;q=', 'X-Request-Id: \u00ff', 'Origin: \u00ff')).toBe(
      200,
    );
  });
});

describe('a client that does not read', () => {
  it('is disconnected, unlike a client that waits for its images', async () => {
    const file = path.join(scene.folder, 'models/conv/large.bin');
    await writeFile(file, '');
    // More bytes than the buffers of a connection hold.
    await truncate(file, 64 << 20);
    const open: ServerOptions['open'] = async (folder, options) => {
      const handle = await createDenoiser(folder, options);
      const denoise: typeof handle.denoise = async (x) => {
        await sleep(700);
        return x;
      };
      return { ...handle, denoise };
    };
    const served = await scene.serve({ open }, { stallMs: 200 });
    const socket = connect(served.listening.port, '127.0.0.1').pause();
    socket.on('error', () => {});
    socket.write(head('GET /models/conv/large.bin'));
    const cut = /requests_total\{method="GET",route="\/models\/:name\/\*",status="499"\} 1/;
    await expect.poll(() => metricsOf(served)).toMatch(cut);
    socket.destroy();
    await rm(file);
    expect((await served.sample({ ...body, steps: 1 })).status).toBe(200);
  });
});

describe('routes', () => {
  it('reject unsupported methods and list the supported ones', async () => {
    const { get } = await scene.serve();
    for (const [method, path, allow] of [
      ['GET', '/v1/sample', 'POST, OPTIONS'],
      ['POST', '/v1/models', 'GET, HEAD, OPTIONS'],
      ['PUT', '/models/conv/isonoise.json', 'GET, HEAD, OPTIONS'],
      ['DELETE', '/healthz', 'GET, HEAD, OPTIONS'],
      ['PATCH', '/metrics', 'GET, HEAD, OPTIONS'],
      ['POST', '/', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const answer = await get(path, { method });
      expect([answer.status, answer.headers.get('allow')], `${method} ${path}`).toEqual([405, allow]);
      expect(((await answer.json()) as ApiError).error.code).toBe('METHOD_NOT_ALLOWED');
      const options = await get(path, { method: 'OPTIONS' });
      expect([options.status, options.headers.get('allow')], path).toEqual([204, allow]);
    }
    for (const method of ['GET', 'POST', 'OPTIONS'])
      expect((await get('/nothing', { method })).status, method).toBe(404);
  });

  it('answer HEAD with the headers of GET and ignore Range', async () => {
    const { get } = await scene.serve();
    const path = '/models/conv/isonoise.json';
    const plain = { 'Accept-Encoding': 'identity' };
    const whole = await get(path, { headers: plain });
    const size = whole.headers.get('content-length');
    for (const headers of [{}, { Range: 'bytes=0-9' }, { Range: 'bytes=999999999-' }]) {
      const answer = await get(path, { method: 'HEAD', headers: { ...plain, ...headers } });
      expect([answer.status, answer.headers.get('content-length')]).toEqual([200, size]);
      expect(answer.headers.get('content-range')).toBeNull();
    }
    expect((await get('/v1/sample', { method: 'HEAD' })).status).toBe(405);
  });
});
