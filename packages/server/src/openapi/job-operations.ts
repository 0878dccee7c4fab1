import {
  HOST_PROBLEM,
  type Json,
  KEY_PROBLEM,
  METHOD_PROBLEM,
  parameter,
  problem,
  RETRY,
  ref,
  text,
} from './parts.ts';

/** Errors of every path of jobs. */
const COMMON = {
  401: KEY_PROBLEM,
  405: METHOD_PROBLEM,
  421: HOST_PROBLEM,
  501: problem('JOBS_NOT_CONFIGURED', 'The server was started without a store of jobs.'),
  503: problem('JOBS_UNAVAILABLE', 'The store of jobs cannot be used now, or its memory is full.', RETRY),
};
/** Errors of every path of one job. */
const OF_JOB = {
  ...COMMON,
  404: problem('JOB_NOT_FOUND', 'The job does not exist, has expired, or was sent by a command.'),
};
const UNREADABLE = problem(
  'JOB_UNREADABLE',
  'The record of the job is damaged or of another version. Delete the job.',
);
const OF_RESULT = {
  ...OF_JOB,
  400: problem('QUERY_INVALID', 'The format is unknown, or the images are not pictures.'),
  409: problem(
    'JOB_NOT_FINISHED',
    'The images are not finished, or the job failed, was cancelled, or cannot be read.',
    RETRY,
  ),
};

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
  summary: 'Send a job, whose images workers draw',
  description:
    'The fields that say what to draw are those of POST /v1/sample, and the images have the same bits. Its limits do not ' +
    'apply, except that of the memory: a job has at most 100,000 images, and they must fit into the store of jobs. The images ' +
    'stay there until the job is deleted or expires, a day after its last progress and the last request for it. A client has a ' +
    'limited number of unfinished jobs, 8 by default.',
  requestBody: {
    required: true,
    content: {
      'application/json': {
        ...ref('JobBody'),
        examples: {
          digits: { summary: '2000 threes', value: { model: 'mnist', seed: 7, count: 2000, class: 3 } },
          sameBits: {
            summary: 'From one kind of processor, before other jobs',
            value: { model: 'mnist', seed: 7, count: 500, sameBits: true, priority: 1 },
          },
        },
      },
    },
  },
  responses: {
    ...COMMON,
    202: {
      ...job('The job was stored, and will be drawn.'),
      headers: { Location: { description: 'Path of the job.', ...text } },
    },
    400: problem(
      'BODY_INVALID',
      'The body is not a valid request, or the model does not have the class, steps, …',
    ),
    404: problem('MODEL_NOT_FOUND', 'The model does not exist.'),
    413: problem('BODY_TOO_LARGE', 'The body is too long.'),
    415: problem('BODY_TYPE', 'The body is not application/json.'),
    422: problem('BUDGET_EXCEEDED', 'The images do not fit into the store of jobs.'),
    429: problem('JOBS_TOO_MANY', 'The client has too many unfinished jobs.', RETRY),
  },
};

const eventsOperation = {
  operationId: 'jobEvents',
  summary: 'Follow a job',
  description:
    'Server-sent events: `progress` when images are finished or the job waits for something else, and finally `end`. Their ' +
    'data are JobInfo. The stream stays open while the store of jobs is away. If the job is deleted, it ends with `failed`, ' +
    'whose data are the field error of ApiError. A client that connects again with Last-Event-ID does not get that event again; ' +
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
    409: UNREADABLE,
    ...OF_JOB,
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
    ...OF_RESULT,
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
    ...OF_RESULT,
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
        ...COMMON,
      },
    },
    post: sendOperation,
  },
  '/v1/jobs/{id}': {
    get: {
      operationId: 'readJob',
      summary: 'The progress of a job',
      parameters: [ID],
      responses: { 200: job('The job.'), 409: UNREADABLE, ...OF_JOB },
    },
    delete: {
      operationId: 'deleteJob',
      summary: 'Cancel a job, or remove one that has ended or is damaged',
      parameters: [ID],
      responses: {
        200: job('The job was cancelled.'),
        204: { description: 'The job had ended or was damaged, and was removed with its images.' },
        ...OF_JOB,
      },
    },
  },
  '/v1/jobs/{id}/events': { get: eventsOperation },
  '/v1/jobs/{id}/result': { get: resultOperation },
  '/v1/jobs/{id}/images/{file}': { get: imageOperation },
};
