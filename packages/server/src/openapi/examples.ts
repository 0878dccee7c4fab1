import type { ApiError, SampleBody } from '@isonoise/api';
import { internalMessage } from '../error-answer.ts';
import type { ServerErrorCode } from '../errors.ts';

interface Example<T> {
  readonly summary: string;
  readonly value: T;
}

/** Bodies of `POST /v1/sample` that a model with classes 0 to 9 and a null class takes. */
export const SAMPLE_EXAMPLES: Readonly<Record<string, Example<SampleBody>>> = {
  one: { summary: 'One image, as a PNG', value: { model: 'mnist', seed: 7, class: 3 } },
  sheet: {
    summary: 'A sheet of sixteen, guided to their class',
    value: { model: 'mnist', seed: 7, count: 16, class: 3, guidance: 2 },
  },
  numbers: {
    summary: 'Image 5 of a large seed, as numbers, all steps of DDPM',
    value: {
      model: 'mnist',
      seed: '18446744073709551615',
      images: [5],
      sampler: 'ddpm',
      format: 'float32',
    },
  },
  stream: {
    summary: 'Step by step, a preview every fifth step',
    value: { model: 'mnist', seed: 7, count: 4, steps: 20, format: 'stream', previewEvery: 5 },
  },
};

/** A model of one pixel, in two steps. */
export const STREAM_EXAMPLE: string = [
  'event: begin\ndata: {"id":"5b0c","provider":{"name":"cpu","reason":"asked for"},"steps":2,"class":3,"notes":[]}\n\n',
  'event: step\ndata: {"step":1,"steps":2,"t":500,"elapsedMs":6.1,"remainingMs":6.1,"preview":"AACAvw=="}\n\n',
  'event: step\ndata: {"step":2,"steps":2,"t":0,"elapsedMs":12.2,"remainingMs":0,"preview":"AACAvw=="}\n\n',
  'event: result\ndata: {"shape":[1,1,1,1],"values":"AACAvw==","elapsedMs":12.2}\n\n',
].join('');

/** Errors that no answer of the API shows, or that say nothing more than their name. */
type Unshown =
  | 'REQUEST_MALFORMED'
  | 'REQUEST_TIMEOUT'
  | 'HEADERS_TOO_LARGE'
  | 'EXPECTATION_FAILED'
  | 'SERVER_MODEL_NAME_TAKEN'
  | 'SERVER_HOST_INVALID'
  | 'SERVER_ORIGIN_INVALID'
  | 'SERVER_PRELOAD_INVALID'
  | 'SERVER_KEY_INVALID'
  | 'SERVER_LIMIT_INVALID'
  | 'PAGE_NOT_BUILT'
  | 'CLIENT_GONE'
  | 'SERVER_CANNOT_LISTEN';

export type ExampleCode = Exclude<ServerErrorCode, Unshown>;

/** A message of each error that the document shows. */
const ERROR_MESSAGES: Readonly<Record<ExampleCode, string>> = {
  NOT_FOUND: '/models/mnist/notes.txt: the bundle has no such file.',
  METHOD_NOT_ALLOWED: '/v1/models does not have POST; expected GET, HEAD, OPTIONS.',
  ENCODING_NOT_ACCEPTABLE:
    'Accept-Encoding is identity;q=0; expected one that allows gzip or br, or the plain file (identity).',
  BODY_INVALID: 'steps is 0; expected >=1. See /v1/openapi.json.',
  BODY_TYPE: 'Content-Type is text/plain; expected application/json, in UTF-8.',
  BODY_TOO_LARGE: 'the body is longer than 262144 bytes.',
  MODEL_NOT_FOUND: 'model is "minst"; there are: mnist.',
  MODEL_BROKEN:
    'model mnist: isonoise.json: got text that is not JSON (SyntaxError: Unexpected end of JSON input). Get the file ' +
    'again, or mend it by hand.',
  BUDGET_EXCEEDED:
    '200 images × 1000 steps are 200000 passes through the network; at most 163007 a request of this model, of ' +
    '245386752 operations each. Ask for fewer images or steps, ' +
    'or in several requests: image i of a seed is the same in each (`images`).',
  RESULT_NOT_FINITE:
    'the images left the range of float32 at guidance 100 and clip false; ask for less guidance, or leave clip out.',
  QUEUE_FULL:
    '750 images are being drawn and 100 more do not fit; at most 1024 at a time, a quarter of them for small requests. ' +
    'Ask again in 3 s.',
  KEY_REQUIRED: 'the header Authorization is missing; wanted Bearer <key>.',
  HOST_NOT_ALLOWED:
    'Host is draw.example.org; wanted localhost, 127.0.0.1, [::1] or a name that the server was started with. If it ' +
    'should answer to this one, start it with --allow-host draw.example.org (in a program: allowHosts).',
  RANGE_UNSATISFIABLE: 'the file has 4096 bytes; got bytes=5000-.',
  TIME_LIMIT: 'the request took longer than 600 s; ask for fewer images or steps.',
  SHUTTING_DOWN: 'the server is shutting down.',
  INTERNAL: internalMessage('5b0c1f0e-7f0a-4a55-9d63-0a3d6f3c8f10'),
};

/** @returns the body of an answer with this error */
export function errorExample(code: ExampleCode): ApiError {
  return {
    error: { code, message: ERROR_MESSAGES[code], requestId: '5b0c1f0e-7f0a-4a55-9d63-0a3d6f3c8f10' },
  };
}
