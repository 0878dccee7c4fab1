import { apiErrorSchema } from '@isonoise/api';
import { encodePng } from '@isonoise/picture';
import { createServer } from '@isonoise/server';
import * as v from 'valibot';
import { Scene } from '../../../tests/support/served.ts';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { type Json, mutatedJson } from './mutate-json.ts';
import { removeAtExit } from './remove-at-exit.ts';

const scene = new Scene();
await scene.build();
removeAtExit(scene.folder);
const server = await createServer({
  models: `${scene.folder}/models`,
  page: `${scene.folder}/page`,
  runtime: { provider: 'cpu', threads: 1 },
  // Images are not under test, so few small images are allowed. The budget suffices for 700 passes of the network,
  // which needs 43,200 operations.
  limits: { budget: 3e7, maxImages: 64, bodyBytes: 64 * 1024, requestMs: 10_000 },
});

const BODIES: readonly Json[] = [
  { model: 'conv', seed: 7, steps: 2 },
  {
    model: 'conv',
    seed: '18446744073709551615',
    count: 2,
    class: 'one',
    guidance: 2,
    steps: 2,
    format: 'float32',
  },
  {
    model: 'conv',
    seed: 7,
    images: [0, 4294967295],
    class: [0, 'zero'],
    sampler: 'ddpm',
    steps: 3,
    variance: 'fixedLarge',
  },
  {
    model: 'conv',
    seed: 0,
    spacing: [90, 50, 1],
    clip: false,
    sampler: 'ddim',
    eta: 0.5,
    epsFromClipped: false,
    format: 'stream',
    previewEvery: 1,
  },
  {
    model: 'conv',
    seed: 3,
    sampler: 'ddim-inverse',
    steps: 2,
    start: { x: Buffer.alloc(4 * 30).toString('base64'), skip: 1 },
    format: 'float32',
  },
];
/** A PNG file with an image of the model's size. */
const PNG = encodePng({
  width: 5,
  height: 6,
  channels: 1,
  data: Uint8Array.from({ length: 30 }, (_, i) => 8 * i),
});

/** Returns a body whose `start` has changed PNG files. */
function pictureBody(random: FuzzRandom): Json {
  const files = [PNG, mutated(PNG, random), mutated(PNG, random)].slice(random.int(0, 2));
  const texts = files.map((file) => {
    const text = Buffer.from(file).toString('base64');
    return random.chance(0.3) ? `data:image/png;base64,${text}` : text;
  });
  const [first = ''] = texts;
  const png = texts.length === 1 && random.chance(0.5) ? first : texts;
  return { model: 'conv', seed: 3, sampler: 'ddim-inverse', steps: 2, start: { png }, format: 'float32' };
}

/**
 * A run of the model, saved after its first step, without the hash of the model. Without the hash, the server checks
 * the other fields of changed runs.
 */
const SAVED = await savedRun();
const RESUME_BODIES: readonly Json[] = [
  { model: 'conv', from: SAVED },
  { model: 'conv', from: SAVED, format: 'saved', stopAfter: 1 },
  { model: 'conv', from: SAVED, format: 'stream', saveEvery: 1, previewEvery: 2 },
];

async function savedRun(): Promise<Json> {
  const body = { model: 'conv', seed: 7, class: 1, guidance: 2, steps: 3, format: 'saved', stopAfter: 1 };
  const headers = { Host: '127.0.0.1', 'Content-Type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await server.app.fetch(new Request('http://127.0.0.1/v1/sample', request));
  const { model: _, ...saved } = (await answer.json()) as Record<string, Json>;
  return saved;
}

const TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/json; charset=latin1',
  '',
];
const PATHS = [
  '/v1/models',
  '/v1/models/conv',
  '/v1/openapi.json',
  '/models/conv/isonoise.json',
  '/models/conv/unet/model.onnx',
  '/models/conv/../../secret',
  '/models/%2e%2e/%2e%2e/etc/passwd',
  '/models/conv/%00',
  '/models/conv/%ff',
  '/assets/index-BfT3x_9a.js',
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
];
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  Range: [
    'bytes=0-1',
    'bytes=-1',
    'bytes=5-2',
    'bytes=0-99999999999999999999',
    'bytes=0-0,2-3',
    'lines=1',
    'bytes=é',
  ],
  'If-None-Match': ['*', '""', 'W/"x"', '"x", "y"', ','],
  'If-Range': ['"x"', 'Thu, 01 Jan 1970 00:00:00 GMT', 'never'],
  'Accept-Encoding': ['gzip', 'br;q=0', 'gzip;q=2', '*;q=0', 'br, gzip;q=0.5', ';;;', 'identity;q=0'],
  Accept: ['image/png', 'text/event-stream', '*/*;q=x'],
  Host: ['localhost', '127.0.0.1:1', '[::1]', 'example.org', 'a b', '', ':', '[', 'localhost:99999'],
  Origin: ['null', 'http://localhost', 'https://example.org', 'x'],
  Authorization: ['Bearer', 'Bearer x', 'Basic eDp5'],
  'Content-Length': ['0', '-1', 'x', '99999999999999'],
};

function requestOf(random: FuzzRandom): Request {
  const headers: Record<string, string> = { Host: '127.0.0.1' };
  for (const [name, values] of Object.entries(HEADERS)) {
    const value = random.pick(values);
    // The constructor of Request rejects headers with other characters.
    if (random.chance(0.1) && isLatin1(value)) headers[name] = value;
  }
  if (random.chance(0.3)) {
    const method = random.pick(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST']);
    return new Request(`http://127.0.0.1${random.pick(PATHS)}`, { method, headers });
  }
  const resumes = random.chance(0.3);
  const hasPictures = !resumes && random.chance(0.2);
  const body = hasPictures ? pictureBody(random) : random.pick(resumes ? RESUME_BODIES : BODIES);
  const text = mutatedJson(body, random);
  const bytes = random.chance(0.2)
    ? mutated(new TextEncoder().encode(JSON.stringify(body)), random)
    : new TextEncoder().encode(text);
  headers['Content-Type'] = random.chance(0.9) ? 'application/json' : random.pick(TYPES);
  return new Request(`http://127.0.0.1/v1/${resumes ? 'resume' : 'sample'}`, {
    method: 'POST',
    headers,
    body: new Blob([new Uint8Array(bytes)]),
  });
}

const isLatin1 = (text: string): boolean => [...text].every((each) => (each.codePointAt(0) ?? 0) < 256);

/**
 * Sends a request and checks the response. A client must not be able to cause a server error, and every rejection by
 * the API must be JSON that matches its error schema.
 */
async function answer(request: Request): Promise<void> {
  const { status, headers, body } = await server.app.fetch(request);
  const text = body === null ? '' : await new Response(body).text();
  if (status >= 500) throw scriptError('FUZZ_FINDING', `${status}: ${text}`);
  const isApi = new URL(request.url).pathname.startsWith('/v1/') && request.method !== 'HEAD';
  if (status >= 400 && isApi) {
    if (!headers.get('content-type')?.startsWith('application/json'))
      throw scriptError('FUZZ_FINDING', `${status} of type ${headers.get('content-type')}: ${text}`);
    const error = v.safeParse(apiErrorSchema, JSON.parse(text));
    if (!error.success) throw scriptError('FUZZ_FINDING', `${status} without the API's error: ${text}`);
    throw Object.assign(new Error(error.output.error.message), { code: error.output.error.code });
  }
  if (status >= 400) throw Object.assign(new Error(text), { code: `STATUS_${status}` });
  if (/^event: error/m.test(text))
    throw scriptError('FUZZ_FINDING', `a stream ended in an error after it had begun: ${text.slice(-400)}`);
}

export const httpTarget: FuzzTarget = {
  about:
    'HTTP requests with changed bodies, headers, paths and methods, sent to a server in the same process',
  tryOne: async (seed) => {
    const request = requestOf(new FuzzRandom(seed));
    return attempt(() => answer(request));
  },
};
