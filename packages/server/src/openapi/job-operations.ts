import { MOST_IMAGES } from '../remote/job-body.ts';
import {
  HOST_PROBLEM,
  INVALID_REQUEST,
  type Json,
  KEY_PROBLEM,
  METHOD_PROBLEM,
  parameter,
  problems,
  ref,
  text,
} from './parts.ts';

/** Errors of every path of jobs. */
const COMMON = {
  JOBS_NOT_CONFIGURED: 'The server was started without a store of jobs.',
  JOBS_UNAVAILABLE: 'The store of jobs cannot be used now.',
  SHUTTING_DOWN: 'The server is shutting down.',
  INTERNAL: 'An internal error of the server. Its log has the details.',
};
const NOT_FOUND = { JOB_NOT_FOUND: 'The job does not exist, or has expired.' };
const UNREADABLE = {
  JOB_UNREADABLE: 'The record of the job is damaged or of another version. Delete the job.',
};
const OF_RESULT = {
  ...NOT_FOUND,
  ...UNREADABLE,
  QUERY_INVALID: 'The format is unknown, or the images are not pictures.',
  JOB_NOT_FINISHED: 'The images are not finished.',
  JOB_FAILED: 'The job failed.',
  JOB_CANCELLED: 'The job was cancelled.',
  JOB_OF_COMMAND: 'A command sent the job, and collects its images.',
};
const failures = (meanings: Parameters<typeof problems>[0]): Json => ({
  401: KEY_PROBLEM,
  405: METHOD_PROBLEM,
  421: HOST_PROBLEM,
  ...problems({ ...COMMON, ...meanings }),
});

const ID = parameter('id', 'Id of the job.');
const EXAMPLE = {
  id: '42c20403c53a14db',
  state: 'open',
  reason: null,
  waitsFor: null,
  model: 'mnist',
  client: 'http 10.0.0.7',
  created: '2026-11-30T07:38:27.000Z',
  images: 2000,
  imagesDone: 640,
  imagesPerSecond: 113.5,
  secondsLeft: 11.98,
  kinds: [{ kind: 'cpu-4f0a83b1c92e', ranges: [[0, 639]] }],
};
const job = (description: string): Json => ({
  description,
  content: { 'application/json': { ...ref('JobInfo'), example: EXAMPLE } },
});

const sendOperation = {
  operationId: 'sendJob',
  summary: 'Send a job: workers draw its images',
  description:
    'The fields that say what to draw are those of POST /v1/sample, and the images have the same bits. The `budget` and the ' +
    'time limit of a request do not apply. ' +
    `A job has at most ${MOST_IMAGES} images, and they must fit into the store of jobs. The ` +
    'images stay there until the job is deleted or expires, a day after its last progress and the last request for it. A client has a ' +
    'limited number of unfinished jobs, 8 by default.',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        ...ref('JobBody'),
        examples: {
          digits: { summary: '2000 threes', value: { model: 'mnist', seed: 7, count: 2000, class: 3 } },
          sameBits: {
            summary: 'Images from one kind of processor, drawn before other jobs',
            value: { model: 'mnist', seed: 7, count: 500, sameBits: true, priority: 1 },
          },
        },
      },
    },
  },
  responses: {
    202: {
      ...job('The job was stored, and will be drawn.'),
      headers: { Location: { description: 'Path of the job.', ...text } },
    },
    ...failures({
      BODY_INVALID: INVALID_REQUEST,
      BODY_TOO_LARGE: 'The body is too long.',
      BODY_TYPE: 'The body is not application/json.',
      MODEL_NOT_FOUND: 'The model does not exist.',
      MODEL_BROKEN: 'The files of the model cannot be used.',
      MODEL_UNSEALED: 'The model does not contain its own SHA-256, which workers need. Export it again.',
      BUDGET_EXCEEDED: 'The images can never fit into the store of jobs.',
      JOBS_MEMORY_FULL: 'The images do not fit into the store of jobs now, beside the images of other jobs.',
      JOBS_TOO_MANY: 'The client has too many unfinished jobs.',
      QUEUE_FULL: 'The bodies that are being received are too large together.',
    }),
  },
};

const eventsOperation = {
  operationId: 'jobEvents',
  summary: 'Follow a job',
  description:
    'Server-sent events: `progress` when images are finished or the job waits for something else, and finally `end`. Their ' +
    'data are JobInfo. The stream stays open while the store of jobs is unreachable. If the job is deleted, it ends with `failed`, ' +
    'whose data have the form of `error` in ApiError. A client that connects again with Last-Event-ID does not get that event again; ' +
    'after `end`, the response is 204.',
  parameters: [
    ID,
    {
      name: 'Last-Event-ID',
      in: 'header',
      description: 'Id of the last event that the client received.',
      ...text,
    },
  ],
  responses: {
    200: {
      description: 'The events.',
      content: {
        'text/event-stream': {
          ...text,
          example: `id: 640\nevent: progress\ndata: ${JSON.stringify(EXAMPLE)}\n\n`,
        },
      },
    },
    204: { description: 'The client has the last event.' },
    ...failures({ ...NOT_FOUND, ...UNREADABLE }),
  },
};

const resultOperation = {
  operationId: 'jobResult',
  summary: 'All images of a finished job',
  parameters: [
    ID,
    {
      name: 'format',
      in: 'query',
      description:
        'zip: PNG files, as pnpm sample --out folder/ writes them. npy: float32 [count, C, H, W] in [-1, 1].',
      schema: { type: 'string', enum: ['zip', 'npy'], default: 'zip' },
    },
  ],
  responses: {
    200: {
      description: 'The images.',
      content: {
        'application/zip': { schema: { contentMediaType: 'application/zip' } },
        'application/octet-stream': { schema: { contentMediaType: 'application/octet-stream' } },
      },
    },
    ...failures(OF_RESULT),
  },
};

const imageOperation = {
  operationId: 'jobImage',
  summary: 'An image of a job, as soon as it is finished',
  parameters: [ID, parameter('file', 'Position of the image in the job, from 0, with .png, such as 0.png.')],
  responses: {
    200: {
      description: 'The image.',
      content: { 'image/png': { schema: { contentMediaType: 'image/png' } } },
    },
    ...failures({
      ...OF_RESULT,
      NOT_FOUND: 'The job has no such image, or the name is not that of an image.',
    }),
  },
};

/** The paths of the jobs. */
export const jobPaths: Json = {
  '/v1/jobs': {
    get: {
      operationId: 'listJobs',
      summary: 'List the jobs',
      responses: {
        200: { description: 'The jobs.', content: { 'application/json': ref('JobList') } },
        ...failures({}),
      },
    },
    post: sendOperation,
  },
  '/v1/jobs/{id}': {
    get: {
      operationId: 'readJob',
      summary: 'The progress of a job',
      parameters: [ID],
      responses: { 200: job('The job.'), ...failures({ ...NOT_FOUND, ...UNREADABLE }) },
    },
    delete: {
      operationId: 'deleteJob',
      summary: 'Cancel a job, or remove one that has ended or is damaged',
      description:
        'Not safe to repeat: a second request removes what the first cancelled, and a request that arrives just after the last ' +
        'image removes the result. The status says what was done.',
      parameters: [ID],
      responses: {
        200: job('The job was cancelled.'),
        204: { description: 'The job had ended or was damaged, and was removed with its images.' },
        ...failures(NOT_FOUND),
      },
    },
  },
  '/v1/jobs/{id}/events': { get: eventsOperation },
  '/v1/jobs/{id}/result': { get: resultOperation },
  '/v1/jobs/{id}/images/{file}': { get: imageOperation },
};
