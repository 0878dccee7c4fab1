import {
  ANSWER_HEADERS,
  apiErrorSchema,
  jobInfoSchema,
  jobListSchema,
  modelListSchema,
  resumeBodySchema,
  sampleBodySchema,
  savedRunSchema,
  streamEventSchemas,
} from '@isonoise/api';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { JOB } from '../remote/job-body.ts';
import { BODY_RULES, JOB_RULES, RESUME_RULES } from './body-rules.ts';
import { RESUME_EXAMPLES, SAMPLE_EXAMPLES, SAVED_EXAMPLE, STREAM_EXAMPLE } from './examples.ts';
import { jobPaths } from './job-operations.ts';
import {
  HOST_PROBLEM,
  INVALID_REQUEST,
  type Json,
  KEY_PROBLEM,
  METHOD_PROBLEM,
  parameter,
  problem,
  RETRY,
  ref,
  text,
} from './parts.ts';

export interface DocumentOptions {
  readonly needsKey: boolean;
}

/** Describes the API as OpenAPI 3.1. Its schemas are those that validate the bodies. */
export function openApiDocument({ needsKey }: DocumentOptions): Json {
  const { begin, step, result, error } = streamEventSchemas;
  return {
    openapi: '3.1.0',
    info: {
      title: 'isonoise',
      version: '1',
      summary: 'Draws images with diffusion models.',
      description:
        'The same model, seed, image number and settings give the same image, independent of concurrent requests.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: needsKey ? [{ key: [] }] : [],
    paths: {
      '/v1/models': { get: modelsOperation },
      '/v1/sample': { post: sampleOperation },
      '/v1/resume': { post: resumeOperation },
      ...jobPaths,
      '/models/{name}/{path}': { get: fileOperation },
      '/healthz': { get: open('healthz', 'Whether the process answers', [200]) },
      '/readyz': { get: open('readyz', 'Whether a model can be served, or why not', [200, 503]) },
      '/metrics': { get: metricsOperation },
    },
    components: {
      schemas: {
        SampleBody: { ...schemaOf(sampleBodySchema), ...BODY_RULES },
        ResumeBody: { ...schemaOf(resumeBodySchema), ...RESUME_RULES },
        SavedRun: schemaOf(savedRunSchema),
        JobBody: { ...schemaOf(JOB.schema), ...JOB_RULES },
        JobInfo: schemaOf(jobInfoSchema),
        JobList: schemaOf(jobListSchema),
        ModelList: schemaOf(modelListSchema),
        ApiError: schemaOf(apiErrorSchema),
        BeginEvent: schemaOf(begin),
        StepEvent: schemaOf(step),
        ResultEvent: schemaOf(result),
        ErrorEvent: schemaOf(error),
      },
      ...(needsKey ? { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  };
}

/** Describes an event of a stream as event-stream parsers return it. */
const eventOf = (name: string): Json => ({
  type: 'object',
  required: ['event', 'data'],
  properties: {
    event: { const: name.toLowerCase() },
    data: {
      type: 'string',
      contentMediaType: 'application/json',
      contentSchema: { $ref: `#/components/schemas/${name}Event` },
    },
  },
});
const modelsOperation = {
  operationId: 'listModels',
  summary: 'List the models',
  responses: {
    200: { description: 'The models.', content: { 'application/json': ref('ModelList') } },
    401: KEY_PROBLEM,
    405: METHOD_PROBLEM,
    421: HOST_PROBLEM,
  },
};

/** The response to a request that draws. */
const DRAWN = {
  description: 'The images, or the saved run, in the requested `format`.',
  headers: {
    [ANSWER_HEADERS.requestId]: { description: 'Id of the request, also in the log.', ...text },
    [ANSWER_HEADERS.provider]: { description: 'The execution provider.', ...text },
    [ANSWER_HEADERS.elapsed]: {
      description: 'Milliseconds from the first step to the last (not for streams).',
      ...text,
    },
    [ANSWER_HEADERS.class]: {
      description: 'Number of the class, if all images have the same class.',
      ...text,
    },
    [ANSWER_HEADERS.note]: { description: 'Notes about the settings of the request.', ...text },
    [ANSWER_HEADERS.shape]: { description: 'count,C,H,W (float32 only).', ...text },
  },
  content: {
    'image/png': {
      schema: {
        description:
          'One image in its own size, or several images on a sheet, as `pnpm sample` writes it. If the model has alpha, the PNG ' +
          'is RGBA, and its colours are not multiplied by alpha.',
        contentMediaType: 'image/png',
      },
    },
    'application/json': { ...ref('SavedRun'), example: SAVED_EXAMPLE },
    'application/octet-stream': {
      schema: {
        description:
          'float32, little-endian, [count, C, H, W] in [-1, 1]. If `pixels` of the model is premultiplied-rgba, the colours are ' +
          'multiplied by alpha.',
      },
    },
    'text/event-stream': {
      schema: {
        description:
          'An event `begin`, an event `step` for each step, and finally `result` or `error`. Their data are JSON: ' +
          'BeginEvent, StepEvent, ResultEvent, ErrorEvent.',
        anyOf: [
          { type: 'string', description: 'The stream as text.' },
          ...['Begin', 'Step', 'Result', 'Error'].map(eventOf),
        ],
      },
      example: STREAM_EXAMPLE,
    },
  },
};

/** The errors of requests that draw. */
const DRAWING_PROBLEMS = {
  400: problem('BODY_INVALID', INVALID_REQUEST),
  401: KEY_PROBLEM,
  404: problem('MODEL_NOT_FOUND', 'The model does not exist.'),
  405: METHOD_PROBLEM,
  413: problem('BODY_TOO_LARGE', 'The body is too long.'),
  415: problem('BODY_TYPE', 'The body is not application/json.'),
  421: HOST_PROBLEM,
  422: problem(
    'BUDGET_EXCEEDED',
    'The request exceeds the `budget` of the model, or the images exceed the range of float32.',
  ),
  429: problem('QUEUE_FULL', 'Too many images are being drawn.', RETRY),
  500: problem('INTERNAL', 'An internal error of the server. Its log has the details.'),
  503: problem(
    'SHUTTING_DOWN',
    'The thread of the model ended, its files are broken, or the server is shutting down. Retry later.',
    RETRY,
  ),
  504: problem('TIME_LIMIT', 'The request exceeded the time limit and was stopped.'),
};

const sampleOperation = {
  operationId: 'sample',
  summary: 'Draw images',
  description:
    'Requests share the passes of the network: each joins the next pass and ends after its own steps. ' +
    'Closing the connection cancels the request. If `format` is `saved`, a request stops after `stopAfter` steps.',
  requestBody: {
    required: true,
    content: { 'application/json': { ...ref('SampleBody'), examples: SAMPLE_EXAMPLES } },
  },
  responses: { 200: DRAWN, ...DRAWING_PROBLEMS },
};

const resumeOperation = {
  operationId: 'resume',
  summary: 'Resume a saved run',
  description:
    'Takes the remaining steps. The images are the same, bit for bit, as those of a run that never stopped. Saved runs ' +
    'of the command line, the library, the page and this server have the same format. Only the steps that the request takes ' +
    'count in its `budget`.',
  requestBody: {
    required: true,
    content: { 'application/json': { ...ref('ResumeBody'), examples: RESUME_EXAMPLES } },
  },
  responses: {
    200: DRAWN,
    ...DRAWING_PROBLEMS,
    409: problem('MODEL_MISMATCH', 'The saved run was started with another model or guide.'),
  },
};

const fileOperation = {
  operationId: 'readFile',
  summary: "A file of a model's bundle",
  description:
    'Supports ETag, If-None-Match, Range (a single range) and If-Range, and sends br or gzip if Accept-Encoding allows ' +
    'it. Each coding has its own ETag, and ranges refer to the chosen coding.',
  security: [],
  parameters: [
    parameter('name', 'Name of the model.'),
    parameter('path', 'isonoise.json, unet/model.onnx, …'),
  ],
  responses: {
    200: { description: 'The file.' },
    206: { description: 'The requested range.' },
    304: { description: 'The file has not changed.' },
    404: problem('NOT_FOUND', 'The file does not exist.'),
    405: METHOD_PROBLEM,
    406: problem('ENCODING_NOT_ACCEPTABLE', 'Accept-Encoding excludes every available coding of the file.'),
    416: problem('RANGE_UNSATISFIABLE', 'The requested range is outside the file.'),
    421: HOST_PROBLEM,
  },
};

const metricsOperation = {
  operationId: 'metrics',
  summary: "Read the metrics in Prometheus' text format",
  responses: {
    200: { description: 'The metrics.', content: { 'text/plain': text } },
    401: KEY_PROBLEM,
    405: METHOD_PROBLEM,
    421: HOST_PROBLEM,
  },
};

function open(operationId: string, summary: string, statuses: readonly number[]): Json {
  const response = { description: summary, content: { 'application/json': { schema: { type: 'object' } } } };
  return {
    operationId,
    summary,
    security: [],
    responses: {
      ...Object.fromEntries(statuses.map((status) => [status, response])),
      405: METHOD_PROBLEM,
    },
  };
}

function schemaOf(schema: GenericSchema): Json {
  // `finite` has no equivalent in JSON Schema and is not needed, because JSON cannot represent infinity.
  // `$schema` is removed because the document itself states the dialect.
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    ignoreActions: ['finite'],
    // All items of our tuples have one type. Tools have better support for `items` with a fixed length than for `prefixItems`.
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type !== 'strict_tuple') return null;
      const [items = {}, ...others] = jsonSchema.prefixItems ?? [];
      const length = others.length + 1;
      return { type: 'array', items, minItems: length, maxItems: length };
    },
  });
  return rest;
}
