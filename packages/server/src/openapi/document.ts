import {
  ANSWER_HEADERS,
  apiErrorSchema,
  modelListSchema,
  sampleBodySchema,
  streamEventSchemas,
} from '@isonoise/api';
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { BODY_RULES } from './body-rules.ts';
import { type ExampleCode, errorExample, SAMPLE_EXAMPLES, STREAM_EXAMPLE } from './examples.ts';

/** JSON that is written here and read elsewhere. */
type Json = { readonly [key: string]: unknown };

export interface DocumentOptions {
  readonly needsKey: boolean;
}

/** The API as OpenAPI 3.1; its schemas are those that bodies are checked with. */
export function openApiDocument({ needsKey }: DocumentOptions): Json {
  const { begin, step, result, error } = streamEventSchemas;
  return {
    openapi: '3.1.0',
    info: {
      title: 'isonoise',
      version: '1',
      summary: 'Draws images with diffusion models.',
      description:
        'The same model, seed, number of an image and settings give the same image, whatever else is drawn at the time.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: needsKey ? [{ key: [] }] : [],
    paths: {
      '/v1/models': { get: modelsOperation },
      '/v1/sample': { post: sampleOperation },
      '/models/{name}/{path}': { get: fileOperation },
      '/healthz': { get: open('healthz', 'The process answers.', [200]) },
      '/readyz': { get: open('readyz', 'Ready to draw, or why not.', [200, 503]) },
      '/metrics': { get: metricsOperation },
    },
    components: {
      schemas: {
        SampleBody: { ...schemaOf(sampleBodySchema), ...BODY_RULES },
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

const text = { schema: { type: 'string' } };
const integer = { schema: { type: 'integer', minimum: 1 } };
const ref = (name: string): Json => ({ schema: { $ref: `#/components/schemas/${name}` } });

const problem = (code: ExampleCode, description: string, headers?: Json): Json => ({
  description,
  content: { 'application/json': { ...ref('ApiError'), example: errorExample(code) } },
  headers,
});
const KEY_PROBLEM = problem('KEY_REQUIRED', 'The server wants a key: Authorization: Bearer <key>.');
const HOST_PROBLEM = problem('HOST_NOT_ALLOWED', 'The server does not answer to this Host.');
const METHOD_PROBLEM = problem('METHOD_NOT_ALLOWED', 'The path does not have this method.', {
  Allow: { description: 'Those that it has.', ...text },
});
/** One event of a stream, as readers of streams give it. */
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
const RETRY = { 'Retry-After': { description: 'Seconds.', ...integer } };

const modelsOperation = {
  operationId: 'listModels',
  summary: 'What there is to draw with',
  responses: {
    200: { description: 'The models.', content: { 'application/json': ref('ModelList') } },
    401: KEY_PROBLEM,
    405: METHOD_PROBLEM,
    421: HOST_PROBLEM,
  },
};

const sampleOperation = {
  operationId: 'sample',
  summary: 'Draw images',
  description:
    'Requests are drawn together: each joins the next pass of the network, and ends after its own steps. ' +
    'A client that closes the connection stops its request.',
  requestBody: {
    required: true,
    content: { 'application/json': { ...ref('SampleBody'), examples: SAMPLE_EXAMPLES } },
  },
  responses: {
    200: {
      description: 'The images, in the form that `format` asks for.',
      headers: {
        [ANSWER_HEADERS.requestId]: { description: 'In the log, too.', ...text },
        [ANSWER_HEADERS.provider]: { description: 'What computed.', ...text },
        [ANSWER_HEADERS.elapsed]: { description: 'Of png and float32: first step to last.', ...text },
        [ANSWER_HEADERS.class]: {
          description: 'Number of the class, where it is one for all images.',
          ...text,
        },
        [ANSWER_HEADERS.note]: { description: 'What the caller should know of the request.', ...text },
        [ANSWER_HEADERS.shape]: { description: 'Of float32: count,C,H,W.', ...text },
      },
      content: {
        'image/png': {
          schema: {
            description: 'One image pixel for pixel; several as a sheet, as `pnpm sample` draws it.',
            contentMediaType: 'image/png',
          },
        },
        'application/octet-stream': {
          schema: { description: 'float32, little-endian, [count, C, H, W] in [-1, 1].' },
        },
        'text/event-stream': {
          schema: {
            description:
              'Events begin, step (once a step), and at the end result or error. The data of each is JSON: ' +
              'BeginEvent, StepEvent, ResultEvent, ErrorEvent.',
            anyOf: [
              { type: 'string', description: 'The stream as it is sent.' },
              ...['Begin', 'Step', 'Result', 'Error'].map(eventOf),
            ],
          },
          example: STREAM_EXAMPLE,
        },
      },
    },
    400: problem('BODY_INVALID', 'The body is not a request, or the model has no such class, step, …'),
    401: KEY_PROBLEM,
    404: problem('MODEL_NOT_FOUND', 'There is no such model.'),
    405: METHOD_PROBLEM,
    413: problem('BODY_TOO_LARGE', 'The body is too long.'),
    415: problem('BODY_TYPE', 'The body is not application/json.'),
    421: HOST_PROBLEM,
    422: problem(
      'BUDGET_EXCEEDED',
      'More than one request may ask for (`budget` of the model), or more than float32 holds.',
    ),
    429: problem('QUEUE_FULL', 'Too many images are being drawn.', RETRY),
    500: problem('INTERNAL', 'The server is at fault; its log has the details.'),
    503: problem(
      'SHUTTING_DOWN',
      'The thread of the model ended, its files are broken, or the server shuts down. Ask again.',
      RETRY,
    ),
    504: problem('TIME_LIMIT', 'The request took too long and was stopped.'),
  },
};

const parameter = (name: string, description: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  ...text,
});

const fileOperation = {
  operationId: 'readFile',
  summary: "A file of a model's bundle",
  description:
    'Knows ETag, If-None-Match, Range (one piece) and If-Range, and sends br or gzip where Accept-Encoding allows it; ' +
    'each coding has a tag and ranges of its own.',
  security: [],
  parameters: [parameter('name', 'A model.'), parameter('path', 'isonoise.json, unet/model.onnx, …')],
  responses: {
    200: { description: 'The file.' },
    206: { description: 'The part asked for.' },
    304: { description: 'It did not change.' },
    404: problem('NOT_FOUND', 'There is no such file.'),
    405: METHOD_PROBLEM,
    406: problem('ENCODING_NOT_ACCEPTABLE', 'Accept-Encoding excludes every form of the file.'),
    416: problem('RANGE_UNSATISFIABLE', 'The file has no such part.'),
    421: HOST_PROBLEM,
  },
};

const metricsOperation = {
  operationId: 'metrics',
  summary: "Numbers, in Prometheus' text format",
  responses: {
    200: { description: 'The numbers.', content: { 'text/plain': text } },
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
  // JSON has no infinity, so JSON Schema no word against it. The document says the dialect once for all.
  const { $schema: _, ...rest } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    ignoreActions: ['finite'],
    // Items of one kind and a number of them: tools read this better than a schema for each place.
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (valibotSchema.type !== 'strict_tuple') return null;
      const [items = {}, ...others] = jsonSchema.prefixItems ?? [];
      const length = others.length + 1;
      return { type: 'array', items, minItems: length, maxItems: length };
    },
  });
  return rest;
}
