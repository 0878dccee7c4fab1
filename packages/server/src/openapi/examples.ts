import type { ApiError, ResumeBody, SampleBody } from '@isonoise/api';
import { internalMessage } from '../error-answer.ts';
import type { ServerErrorCode } from '../errors.ts';

interface Example<T> {
  readonly summary: string;
  readonly value: T;
}

/** A black PNG of 28 × 28 pixels, as base64. */
const BLACK =
  'iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAAAD0lEQVR42mMYBaNgFBAFAAMsAAHMBX6RAAAAAElFTkSuQmCC';

/** Bodies of `POST /v1/sample` for a model with classes 0 to 9 and a null class. */
export const SAMPLE_EXAMPLES: Readonly<Record<string, Example<SampleBody>>> = {
  one: { summary: 'One image, as a PNG', value: { model: 'mnist', seed: 7, class: 3 } },
  sheet: {
    summary: 'A sheet of sixteen images, with strong guidance',
    value: { model: 'mnist', seed: 7, count: 16, class: 3, guidance: 2 },
  },
  numbers: {
    summary: 'Image 5 of a large seed, as numbers, with all steps of DDPM',
    value: {
      model: 'mnist',
      seed: '18446744073709551615',
      images: [5],
      sampler: 'ddpm',
      format: 'float32',
    },
  },
  inversion: {
    summary: 'DDIM inversion: the noise that leads to a picture (here all black), as numbers',
    value: {
      model: 'mnist',
      seed: 7,
      class: 3,
      sampler: 'ddim-inverse',
      steps: 20,
      start: { png: `data:image/png;base64,${BLACK}` },
      format: 'float32',
    },
  },
  edit: {
    summary: 'Four variations of a picture (here all black)',
    value: {
      model: 'mnist',
      seed: 7,
      class: 3,
      count: 4,
      edit: { png: `data:image/png;base64,${BLACK}`, strength: 0.8 },
    },
  },
  saved: {
    summary: 'A run that is stopped after five steps and saved',
    value: { model: 'mnist', seed: 7, sampler: 'unipc', steps: 10, format: 'saved', stopAfter: 5 },
  },
  stream: {
    summary: 'Step by step, with a preview every fifth step',
    value: { model: 'mnist', seed: 7, count: 4, steps: 20, format: 'stream', previewEvery: 5 },
  },
};

/** A run with one step and an image of one pixel, saved before the step. */
export const SAVED_EXAMPLE: ResumeBody['from'] = {
  format: 'isonoise-sampling',
  version: 1,
  plan: {
    shape: { channels: 1, height: 1, width: 1 },
    schedule: { kind: 'linear', numTrainTimesteps: 1000, betaStart: 0.0001, betaEnd: 0.02 },
    predictionType: 'epsilon',
    seed: '7',
    images: [0],
    sampler: 'ddim',
    settings: {},
    steps: [[999, -1]],
    start: 'noise',
    clip: 1,
    classLabels: null,
    guidance: 1,
    guidedBy: 'noClass',
    guidanceRescale: 0,
    guidanceInterval: null,
    nullClass: null,
  },
  nextStep: 0,
  x: 'AACAvw==',
};

/** Bodies of `POST /v1/resume`; the model has images of one pixel. */
export const RESUME_EXAMPLES: Readonly<Record<string, Example<ResumeBody>>> = {
  picture: { summary: 'The finished image, as a PNG', value: { model: 'pixel', from: SAVED_EXAMPLE } },
  stream: {
    summary: 'Step by step, with a saved run after every tenth step',
    value: { model: 'pixel', from: SAVED_EXAMPLE, format: 'stream', saveEvery: 10 },
  },
};

/** The stream of a request with two steps. The model has images of one pixel. */
export const STREAM_EXAMPLE: string = [
  'event: begin\ndata: {"id":"5b0c","provider":{"name":"cpu","reason":"requested"},"steps":2,"class":3,"notes":[]}\n\n',
  'event: step\ndata: {"step":1,"steps":2,"t":500,"elapsedMs":6.1,"remainingMs":6.1,"preview":"AACAvw=="}\n\n',
  'event: step\ndata: {"step":2,"steps":2,"t":0,"elapsedMs":12.2,"remainingMs":0,"preview":"AACAvw=="}\n\n',
  'event: result\ndata: {"shape":[1,1,1,1],"values":"AACAvw==","elapsedMs":12.2}\n\n',
].join('');

/** Codes without an example, because they do not occur in API responses or their names are clear enough. */
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

/** An example message for each code that the document shows. */
const ERROR_MESSAGES: Readonly<Record<ExampleCode, string>> = {
  NOT_FOUND:
    '/models/mnist/notes.txt: the bundle does not contain this file; expected a file that isonoise.json lists. Correct the path.',
  METHOD_NOT_ALLOWED: '/v1/models does not support POST; expected GET, HEAD, OPTIONS.',
  ENCODING_NOT_ACCEPTABLE:
    'Accept-Encoding is identity;q=0; expected one that allows identity or an available copy (br, gzip). Allow identity.',
  BODY_INVALID: 'steps is 0; expected >=1. See /v1/openapi.json.',
  BODY_TYPE: 'Content-Type is text/plain; expected application/json, in UTF-8.',
  BODY_TOO_LARGE: 'the body is too long; expected at most 17039360 bytes. Send a shorter one.',
  MODEL_NOT_FOUND: 'model is "minst"; expected one of: mnist.',
  MODEL_MISMATCH:
    'the saved run was started with a network whose SHA-256 is 6e0a…; expected 91d3…, the SHA-256 of mnist. Resume it with the ' +
    'same model.',
  MODEL_BROKEN:
    'model mnist: isonoise.json: got text that is not JSON (SyntaxError: Unexpected end of JSON input); expected a JSON ' +
    'object. Get the file again, or repair it by hand.',
  MODEL_UNSEALED:
    'model mnist was exported by an early version, without its own SHA-256; expected a sealed model, because jobs ' +
    'identify a model by this hash. Export it again.',
  BUDGET_EXCEEDED:
    '200 images × 1000 steps are 200000 passes through the network; expected at most 163007 per request for this model ' +
    '(245386752 operations each). Request fewer images or steps, or split the request with `images`: image i of a ' +
    'seed is the same in every request.',
  RESULT_NOT_FINITE:
    'the images exceeded the range of float32 with guidance 100 and clip false. Lower guidance, or omit clip.',
  QUEUE_FULL:
    'the server is drawing 750 images and has no place for 100 more; expected at most 1024 at a time, a quarter of them reserved ' +
    'for small requests. Retry in 3 s.',
  KEY_REQUIRED: 'the header Authorization is missing; expected Bearer <key>.',
  HOST_NOT_ALLOWED:
    'Host is draw.example.org; expected localhost, 127.0.0.1, [::1] or an allowed name. To allow this one, start the ' +
    'server with --allow-host draw.example.org (in a program: allowHosts).',
  RANGE_UNSATISFIABLE: 'Range is bytes=5000-; expected a range within the 4096 bytes of the file.',
  TIME_LIMIT: 'the request took too long; expected at most 600 s. Request fewer images or steps.',
  SHUTTING_DOWN: 'the server is shutting down. Retry later.',
  QUERY_INVALID: 'format is "gif"; expected zip or npy. Single images are at /v1/jobs/<id>/images/<n>.png.',
  JOBS_NOT_CONFIGURED:
    'jobs: the server has no store of jobs; expected the address of a Redis server. Start it with --redis <url>.',
  JOBS_UNAVAILABLE:
    'jobs: the store of jobs cannot be used now; expected a running Redis server. Retry later; the log of the server has the cause.',
  JOBS_TOO_MANY:
    'job: http 10.0.0.7 has 8 unfinished jobs; expected fewer than 8. Wait, or cancel one; the oldest is 42c20403c53a14db.',
  JOBS_MEMORY_FULL:
    'jobs: the memory of the store of jobs is full; expected free memory. Delete finished jobs, or retry later.',
  JOB_NOT_FOUND:
    'job 42c20403c53a14db: not found; expected a job that has not expired. Check the id, or send the job again.',
  JOB_OF_COMMAND:
    'job 42c20403c53a14db was sent by a command, which collects its images; expected a job of POST /v1/jobs. Get the images from the command.',
  JOB_UNREADABLE: 'job: the record is not JSON; expected the record of a job. Send the job again.',
  JOB_NOT_FINISHED:
    'job 42c20403c53a14db is not finished: 640 of 2000 images are done. Retry in 12 s, or follow /v1/jobs/42c20403c53a14db/events.',
  JOB_FAILED:
    'job 42c20403c53a14db failed at range 3: JOBS_BUNDLE: worker: the bundle "mnist" … is not in models and cannot be fetched …. Correct the cause, and send the job again.',
  JOB_CANCELLED:
    'job 42c20403c53a14db was cancelled: by http 10.0.0.7. Send the job again if it is still needed.',
  INTERNAL: internalMessage('5b0c1f0e-7f0a-4a55-9d63-0a3d6f3c8f10'),
};

/** @returns an example response body with this error code */
export function errorExample(code: ExampleCode): ApiError {
  return {
    error: { code, message: ERROR_MESSAGES[code], requestId: '5b0c1f0e-7f0a-4a55-9d63-0a3d6f3c8f10' },
  };
}
