import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiError } from '@isonoise/api';
import { createDenoiser } from '@isonoise/runtime-node';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RawAnswer, sendRaw } from '../../../../tests/support/raw-http.ts';
import { floatsOf, Scene, type Served } from '../../../../tests/support/served.ts';
import type { ServerOptions } from '../create-server.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

/** Threads start slowly on a busy machine. */
const SOON = { timeout: 20_000 };

const body = { model: 'conv', seed: 7, steps: 3, format: 'float32' } as const;
const text = JSON.stringify(body);

const head = (line: string, ...headers: readonly string[]): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
const post = (...headers: readonly string[]): string =>
  head('POST /v1/sample', 'Content-Type: application/json', ...headers);
const chunk = (part: string): string => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`;

const errorOf = ({ body: json }: RawAnswer): ApiError['error'] => (JSON.parse(json) as ApiError).error;
const codes = (answers: readonly RawAnswer[]): [number, string][] =>
  answers.map((answer) => [answer.status, errorOf(answer).code]);

/** Streams a body, so that the request has no Content-Length. */
const streamed = (...parts: readonly string[]): RequestInit & { duplex: 'half' } => ({
  body: new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  }),
  duplex: 'half',
});

async function metricsOf({ get }: Served): Promise<string> {
  return (await get('/metrics')).text();
}

describe('a body', () => {
  it('is read with a length, in chunks, and from a stream', async () => {
    const served = await scene.serve();
    const { port } = served.listening;
    const drawn = await floatsOf(await served.sample(body));
    expect(drawn).toHaveLength(30);
    const stream = await served.sample(body, streamed(text.slice(0, 9), text.slice(9)));
    expect([stream.status, await floatsOf(stream)]).toEqual([200, drawn]);

    const png = JSON.stringify({ ...body, format: 'png' });
    const whole = [post(`Content-Length: ${png.length}`), png];
    const chunked = [
      post('Transfer-Encoding: chunked'),
      chunk(png.slice(0, 5)),
      chunk(png.slice(5)),
      chunk(''),
    ];
    const [[a], [b]] = [await sendRaw(port, ...whole), await sendRaw(port, ...chunked)];
    expect([a?.status, b?.status, b?.body]).toEqual([200, 200, a?.body]);
  });

  it('is rejected as empty if it is absent or empty', async () => {
    const { listening } = await scene.serve();
    for (const request of [
      post(),
      post('Content-Length: 0'),
      post('Transfer-Encoding: chunked') + chunk(''),
      head('POST /v1/sample'),
    ]) {
      const answers = await sendRaw(listening.port, request);
      const typed = request.includes('Content-Type');
      expect(codes(answers), request).toEqual([typed ? [400, 'BODY_INVALID'] : [415, 'BODY_TYPE']]);
      if (typed) expect(errorOf(answers[0] as RawAnswer).message).toContain('the body is empty');
    }
  });

  it('is rejected if it is too long, with a length or without', async () => {
    const served = await scene.serve({ limits: { bodyBytes: 100, arrayBytes: 1 } });
    const long = ' '.repeat(200);
    const raw = await sendRaw(served.listening.port, post('Content-Length: 200'), long);
    expect(codes(raw)).toEqual([[413, 'BODY_TOO_LARGE']]);
    const stream = await served.sample(body, streamed(long, text));
    expect([stream.status, ((await stream.json()) as ApiError).error.code]).toEqual([413, 'BODY_TOO_LARGE']);
    // A body of exactly the limit is allowed.
    const padded = JSON.stringify(body).padEnd(100);
    expect((await served.sample(body, { body: padded })).status).toBe(200);
  });

  it('is rejected if it is compressed or in another charset', async () => {
    const { sample } = await scene.serve();
    const json = 'application/json';
    const refused = async (headers: Record<string, string>): Promise<number> =>
      (await sample(body, { headers })).status;
    expect(await refused({ 'Content-Type': json, 'Content-Encoding': 'gzip' })).toBe(415);
    expect(await refused({ 'Content-Type': `${json}; charset=latin1` })).toBe(415);
    expect(
      await refused({ 'Content-Type': `${json};charset="UTF-8"; x=1`, 'Content-Encoding': 'identity' }),
    ).toBe(200);
  });

  it.each([
    ['{"model":"conv","seed":1,"seed":2}', '"seed" twice'],
    [Uint8Array.of(0x7b, 0xff, 0x7d), 'not valid UTF-8'],
    ['{"model":"conv","seed":1,"__proto__":{"steps":1}}', '__proto__ is not a field; expected model, seed, '],
    ['{"model":"conv","seed":1,"toString":1}', 'toString is not a field'],
    ['{"seed":1}', 'model is missing'],
    ['[]', 'model is missing'],
    ['null', 'the body is null; expected an object'],
    ['['.repeat(5000), 'not JSON'],
    [
      `{"model":"conv","seed":1,"images":${'['.repeat(5000)}${']'.repeat(5000)}}`,
      'nested deeper than 32 levels',
    ],
    ['{"model":"conv","seed":1,"images":[1,-1]}', 'images[1] is -1; expected >=0'],
    [
      JSON.stringify({ model: 'conv', seed: 1, images: Array(50).fill(-1) }),
      'images[9] is -1; expected >=0; and 40 more problems. See /v1/openapi.json.',
    ],
    ['{"model":"conv","seed":1,"count":1e400}', 'count is Infinity'],
    ['{"model":"conv","seed":1,"clip":1e400}', 'clip is Infinity; expected a finite number'],
    ['{"model":"conv","seed":1,"steps":1.5}', 'steps is 1.5; expected a whole number'],
    ['{"model":"conv","seed":1,"class":1,"guidance":1e308}', 'guidance is 1e+308; expected <=100'],
    ['{"model":"conv","seed":1,"class":1,"guidance":-1}', 'guidance is -1; expected >=0'],
    ['{"model":"conv","seed":1,"spacing":[]}', 'spacing is empty; expected at least one value'],
    ['{"model":"conv","seed":1,"images":[]}', 'images is empty; expected at least one value'],
    ['{"model":"","seed":1}', 'model is empty; expected at least one character'],
    [
      '{"model":"conv","seed":1,"spacing":3}',
      'spacing is 3; expected one of leading, linspace, trailing, karras, exponential, beta, lu, a list or an object',
    ],
    ['{"model":"conv","seed":1,"spacing":"evenly"}', 'spacing is "evenly"; expected one of leading, '],
    ['{"model":"conv","seed":1,"spacing":[90,"x"]}', 'spacing[1] is "x"; expected a number'],
    [
      '{"model":"conv","seed":1,"spacing":{"rule":"leading","offset":-1}}',
      'spacing.offset is -1; expected >=0',
    ],
    [
      '{"model":"conv","seed":1,"spacing":{"rule":"evenly"}}',
      'spacing.rule is "evenly"; expected one of leading, linspace,',
    ],
    ['{"model":"conv","seed":1,"spacing":{"rule":"leading","offsets":1}}', 'spacing.offsets is not a field'],
    ['{"model":"conv","seed":true}', 'seed is true; expected a number or a string'],
    ['{"model":"conv","seed":1,"class":true}', 'class is true; expected a number, a string or a list'],
    ['{"model":"conv","seed":1,"class":[0,true]}', 'class[1] is true; expected a number or a string'],
    ['{"model":"conv","seed":1,"clip":"x"}', 'clip is "x"; expected a number or false'],
    ['{"model":"conv","seed":1,"images":3}', 'images is 3; expected a list'],
    [
      '{"model":"conv","seed":1,"format":"gif"}',
      'format is "gif"; expected one of png, float32, stream, saved',
    ],
    [
      `{"model":"conv","seed":1,"sampler":"${'x'.repeat(1000)}"}`,
      `sampler is "${'x'.repeat(59)}…; expected one of ddpm,`,
    ],
    [
      '{"model":"conv","seed":1,"sigmas":"karras"}',
      'sigmas is not a field; expected spacing, which takes the same names',
    ],
    [
      '{"model":"conv","seed":1,"from":{}}',
      'from is not a field; expected start for images, or POST /v1/resume for a saved run',
    ],
    ['{"model":"conv","seed":1,"guide":"conv"}', 'got guide without guidance'],
    [
      '{"model":"conv","seed":1,"class":0,"guidanceLow":1,"guidanceRescale":0.5}',
      'got guidanceRescale, guidanceLow without guidance; expected the scale of guidance with them. Add guidance.',
    ],
    [
      '{"model":"conv","seed":1,"sampler":"flow-euler"}',
      'sampler "flow-euler" is for flow matching, but the model\'s schedule is linear; expected one of ddpm, ddim, euler,',
    ],
    ['{"model":"conv","seed":1,"spacing":[1,2]}', 'spacing[1] is 2 after 1'],
    ['{"model":"conv","seed":1,"steps":5000}', 'steps is 5000; expected an integer in [1, 100]'],
  ])('%s is rejected, and the message names the field as in the request', async (sent, message) => {
    const { sample } = await scene.serve();
    const answer = await sample(undefined, { body: sent });
    const { error } = (await answer.json()) as ApiError;
    expect([answer.status, error.code]).toEqual([400, 'BODY_INVALID']);
    expect(error.message).toContain(message);
    expect(error.message).not.toMatch(/timestepPairs|classLabels|nullClass|guidedBy|guidanceInterval| \| /);
  });

  it('with a malformed model name is answered with 404, and with a malformed class with 400', async () => {
    const { sample } = await scene.serve();
    for (const model of ['\\ud800', '__proto__', '..', '\\u0000', 'conv/', 'conv\\u0000']) {
      const answer = await sample(undefined, { body: `{"model":"${model}","seed":1}` });
      expect([answer.status, ((await answer.json()) as ApiError).error.code], model).toEqual([
        404,
        'MODEL_NOT_FOUND',
      ]);
    }
    for (const name of ['"\\ud800"', '"__proto__"', '[]', '{}', '["zero",{}]', '1e300', '-0.5', '"3\\n"']) {
      const answer = await sample(undefined, { body: `{"model":"conv","seed":1,"class":${name}}` });
      expect(answer.status, name).toBe(400);
    }
  });
});

describe('images beyond the range of float32', () => {
  it('are reported as the fault of the request or of the network, whichever caused them', async () => {
    const answering = (value: (label: number) => number): ServerOptions => ({
      async open(folder, options) {
        const handle = await createDenoiser(folder, options);
        const denoise: typeof handle.denoise = async (x, _t, labels) =>
          x.map((_, i) => value(labels?.[Math.floor(i / 30)] ?? Number.NaN));
        return { ...handle, denoise };
      },
    });
    const guided = { ...body, class: 1, guidance: 100 };
    // -1e37 for the null class: guidance amplifies it to 2e39; the greatest float32 is 3.4e38.
    const large = await scene.serve(answering((label) => (label === 1 ? 1e37 : -1e37)));
    expect((await large.sample(body)).status).toBe(200);
    const answer = await large.sample(guided);
    const { error } = (await answer.json()) as ApiError;
    expect([answer.status, error.code]).toEqual([422, 'RESULT_NOT_FINITE']);
    expect(error.message).toContain('with guidance 100 and clip 1. Lower guidance');
    const broken = await scene.serve(answering(() => Number.NaN));
    expect((await broken.sample(body)).status).toBe(500);
  });
});

describe('the HTTP layer', () => {
  it('rejects invalid HTTP with JSON, and with the headers and metrics of other errors', async () => {
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

  it('rejects CONNECT with an answer', async () => {
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
    const asked = post(`Content-Length: ${text.length}`, 'Expect: 100-continue');
    const answers = await sendRaw(listening.port, asked, text);
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
    await expect.poll(() => metricsOf(served), SOON).toMatch(cut);
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

describe('metrics and log', () => {
  it('count all answers by route', async () => {
    const served = await scene.serve({ apiKey: 'k' });
    const authorized = { headers: { Authorization: 'Bearer k' } };
    await served.get('/v1/models', authorized);
    await served.get('/v1/models');
    await served.get('/models/conv/isonoise.json');
    await served.get('/models/none/isonoise.json');
    await served.get('/');
    await served.get('/nothing');
    await served.sample({ model: 'none', seed: 1 });
    await served.get('/v1/sample', authorized);
    const metrics = await (await served.get('/metrics', authorized)).text();
    for (const line of [
      '{method="GET",route="/v1/models",status="200"} 1',
      '{method="GET",route="/v1/models",status="401"} 1',
      '{method="GET",route="/models/:name/*",status="200"} 1',
      '{method="GET",route="/models/:name/*",status="404"} 1',
      '{method="GET",route="/*",status="200"} 1',
      '{method="GET",route="/*",status="404"} 1',
      '{method="POST",route="/v1/sample",status="401"} 1',
      '{method="GET",route="/v1/sample",status="405"} 1',
    ]) {
      expect(metrics).toContain(`isonoise_http_requests_total${line}\n`);
    }
    expect(metrics).toMatch(/isonoise_build_info\{version="\d+\.\d+\.\d+[^"]*",node="v\d+[^"]*"\} 1\n/);
  });

  it('log answers at level error only for faults of the server', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await mkdir(path.join(scene.folder, 'models/broken'));
    await writeFile(path.join(scene.folder, 'models/broken/isonoise.json'), '{');
    const served = await scene.serve({ log, page: path.join(scene.folder, 'none') });
    expect((await served.get('/')).status).toBe(503);
    expect((await served.sample({ model: 'broken', seed: 1 })).status).toBe(503);
    await rm(path.join(scene.folder, 'models/broken'), { recursive: true });
    // pino's levels of warnings and errors.
    expect(lines.filter(({ level }) => level === 40).map(({ msg }) => msg)).toEqual([
      'PAGE_NOT_BUILT',
      'MODEL_BROKEN',
    ]);
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });

  it("log requests of the page's files as debug if configured, and all other requests as info", async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      { base: null, level: 'debug' },
      { write: (line: string) => void lines.push(JSON.parse(line)) },
    );
    const served = await scene.serve({ log, pageLogLevel: 'debug' });
    for (const path of ['/', '/v1/models', '/nothing.js']) await (await served.get(path)).text();
    const answered = (): unknown[] =>
      lines.filter(({ msg }) => msg === 'answered').map(({ path, status, level }) => [path, status, level]);
    // pino's levels: 20 is debug, 30 is info.
    await expect.poll(answered, SOON).toEqual([
      ['/', 200, 20],
      ['/v1/models', 200, 30],
      ['/nothing.js', 404, 30],
    ]);
    expect(served.server.running()).toBe(0);
  });

  it('count disconnected clients as 499, and an aborted upload not as a fault of the server', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const served = await scene.serve({ log });
    const leave = async (...sent: readonly string[]): Promise<void> => {
      const socket = connect(served.listening.port, '127.0.0.1');
      for (const piece of sent) socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 100));
      socket.destroy();
    };
    const long = JSON.stringify({ ...body, steps: 100, count: 256 });
    await leave(post(`Content-Length: ${long.length}`), long);
    await leave(post('Content-Length: 1000'), text);
    await leave(post('Transfer-Encoding: chunked'), chunk(text));
    const count = async (): Promise<string | undefined> =>
      /isonoise_http_requests_total\{method="POST",route="\/v1\/sample",status="499"\} (\d+)/.exec(
        await metricsOf(served),
      )?.[1];
    await expect.poll(count, SOON).toBe('3');
    expect(lines.filter(({ msg, status }) => msg === 'answered' && status === 499)).toHaveLength(3);
    // pino's level of errors.
    expect(lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
    expect(await metricsOf(served)).not.toContain('status="500"');
  });
});
