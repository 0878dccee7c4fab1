import { IsonoiseError } from '@isonoise/error';
import { ERROR_CODES as JOBS_CODES } from '@isonoise/jobs/errors';

/**
 * Error codes of this package; docs/errors.md is generated from them. Codes without the prefix `SERVER_` are part of the
 * HTTP API and never change. If a code also exists in the package `jobs`, its meaning is taken from there.
 */
export const ERROR_CODES = {
  REQUEST_MALFORMED: {
    meaning: 'The bytes are not HTTP, or the target or Host is not valid in a URL.',
    advice: 'Send a valid HTTP request.',
  },
  REQUEST_TIMEOUT: {
    meaning: 'The request did not arrive in time.',
    advice: 'Send it again.',
  },
  HEADERS_TOO_LARGE: {
    meaning: 'The headers exceed the size limit.',
    advice: 'Send fewer or shorter headers.',
  },
  EXPECTATION_FAILED: {
    meaning: 'Expect has a value other than 100-continue.',
    advice: 'Leave the header out.',
  },
  METHOD_NOT_ALLOWED: {
    meaning: 'The path does not support this method.',
    advice: 'Use a method listed in the header Allow.',
  },
  ENCODING_NOT_ACCEPTABLE: {
    meaning: 'Accept-Encoding excludes every available coding of the file.',
    advice: 'Allow gzip, br or identity.',
  },
  NOT_FOUND: {
    meaning: 'There is nothing at this path.',
    advice: 'Check the path; /v1/openapi.json lists those of the API.',
  },
  BODY_INVALID: {
    meaning: 'The body is not JSON, or not a valid request.',
    advice: 'Correct the field that the message names.',
  },
  BODY_TYPE: {
    meaning: 'The body is not application/json.',
    advice: 'Set Content-Type to application/json.',
  },
  BODY_TOO_LARGE: {
    meaning: 'The body exceeds the size limit.',
    advice: 'Send a shorter body.',
  },
  MODEL_NOT_FOUND: {
    meaning: 'The model does not exist.',
    advice: 'Choose a model that GET /v1/models lists.',
  },
  MODEL_MISMATCH: {
    meaning: 'The saved run was started with another model or guide.',
    advice: 'Name the model and the guide of that run.',
  },
  MODEL_BROKEN: {
    meaning: 'The folder of the model exists, but cannot be used.',
    advice: 'Repair or replace the files that the message names.',
  },
  MODEL_UNSEALED: {
    meaning:
      'The model was exported by an early version and does not contain its own SHA-256, which jobs need.',
    advice: 'Export the model again.',
  },
  SERVER_MODEL_NAME_TAKEN: {
    meaning: 'Two models have the same name.',
    advice: 'Rename one of the folders.',
  },
  BUDGET_EXCEEDED: {
    meaning: 'The request exceeds the work allowed for one request.',
    advice: 'Request fewer images or steps, or split the request.',
  },
  RESULT_NOT_FINITE: {
    meaning: 'With the settings of the request, the images exceed the range of float32.',
    advice: 'Lower guidance, or omit clip.',
  },
  QUEUE_FULL: {
    meaning: 'Too much work is in progress.',
    advice: 'Retry after the seconds in Retry-After.',
  },
  KEY_REQUIRED: {
    meaning: 'The key is missing or wrong.',
    advice: 'Send Authorization: Bearer <key>.',
  },
  HOST_NOT_ALLOWED: {
    meaning: 'The Host of the request is not allowed.',
    advice: 'Start the server with --allow-host <name>.',
  },
  SERVER_HOST_INVALID: {
    meaning: 'An allowed host, or the host to listen on, is not a host name or an IP address.',
    advice: 'Correct --host or --allow-host.',
  },
  SERVER_ORIGIN_INVALID: {
    meaning: 'An allowed origin, or the origin of the bundles, is not a valid origin.',
    advice: 'Correct --allow-origin or --bundle-origin.',
  },
  SERVER_PRELOAD_INVALID: {
    meaning: 'A model to preload does not exist.',
    advice: 'Correct --preload.',
  },
  SERVER_KEY_INVALID: {
    meaning: 'The API key contains characters that a header cannot carry.',
    advice: 'Choose a key of visible ASCII characters.',
  },
  SERVER_LIMIT_INVALID: {
    meaning: 'A limit of the server is less than 1, or not a valid number.',
    advice: 'Correct the limit that the message names.',
  },
  RANGE_UNSATISFIABLE: {
    meaning: 'The requested range is outside the file.',
    advice: 'Request a range within the length in Content-Range.',
  },
  PAGE_NOT_BUILT: {
    meaning: 'The page was not built.',
    advice: 'Run pnpm --filter @isonoise/web build.',
  },
  TIME_LIMIT: {
    meaning: 'The request took longer than the limit.',
    advice: 'Request fewer images or steps.',
  },
  CLIENT_GONE: {
    meaning: 'The client closed the connection before the response was complete.',
    advice: 'Nothing to do; the code appears only in the log.',
  },
  SHUTTING_DOWN: {
    meaning: 'The server is shutting down.',
    advice: 'Retry after the seconds in Retry-After.',
  },
  SERVER_CANNOT_LISTEN: {
    meaning: 'The server cannot listen on this address and port.',
    advice: 'Choose another --host or --port.',
  },
  QUERY_INVALID: {
    meaning: 'A parameter of the query has an unknown value.',
    advice: 'Correct the parameter that the message names.',
  },
  JOBS_NOT_CONFIGURED: {
    meaning: 'The server has no store of jobs.',
    advice: 'Start it with --redis <url>.',
  },
  JOBS_UNAVAILABLE: {
    meaning: 'The server cannot use its store of jobs at the moment.',
    advice: 'Retry after the seconds in Retry-After. The log of the server has the cause.',
  },
  JOBS_TOO_MANY: {
    meaning: JOBS_CODES.JOBS_TOO_MANY.meaning as string,
    advice: 'Wait until a job is finished, or delete one.',
  },
  JOBS_MEMORY_FULL: {
    meaning: JOBS_CODES.JOBS_MEMORY_FULL.meaning as string,
    advice: 'Delete finished jobs after downloading their images, or retry later.',
  },
  JOB_NOT_FOUND: {
    meaning: JOBS_CODES.JOB_NOT_FOUND.meaning as string,
    advice: 'Check the id, or send the job again.',
  },
  JOB_OF_COMMAND: {
    meaning: 'A command sent the job, and collects its images; the server does not have them.',
    advice: 'Get the images from the command, or send the job to POST /v1/jobs.',
  },
  JOB_UNREADABLE: {
    meaning: 'The stored record of the job is damaged, or was written by another version of isonoise.',
    advice: 'Delete the job, and send it again.',
  },
  JOB_NOT_FINISHED: {
    meaning: 'The requested images of the job are not finished.',
    advice: 'Retry after the seconds in Retry-After, or follow the events of the job.',
  },
  JOB_FAILED: {
    meaning: JOBS_CODES.JOB_FAILED.meaning as string,
    advice: 'Correct the cause that the message names, and send the job again.',
  },
  JOB_CANCELLED: {
    meaning: JOBS_CODES.JOB_CANCELLED.meaning as string,
    advice: 'Send the job again if its images are still needed.',
  },
  INTERNAL: {
    meaning: 'The server failed unexpectedly.',
    advice: 'Look up the request id in its log.',
  },
};

export type ServerErrorCode = keyof typeof ERROR_CODES;

export interface ServerErrorOptions extends ErrorOptions {
  /** Headers of the response: `Retry-After`, `WWW-Authenticate`, … */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A rejected request, or a server that could not start; the message says what was found, what was expected and what
 * to do.
 */
export class ServerError extends IsonoiseError<ServerErrorCode> {
  /** HTTP status of the response. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ServerErrorCode, message: string, { headers = {}, ...options }: ServerErrorOptions = {}) {
    super(code, message, options);
    this.status = STATUS[code];
    this.headers = { ...HEADERS[code], ...headers };
  }
}

/** HTTP status of each code. */
const STATUS: Readonly<Record<ServerErrorCode, number>> = {
  REQUEST_MALFORMED: 400,
  REQUEST_TIMEOUT: 408,
  HEADERS_TOO_LARGE: 431,
  EXPECTATION_FAILED: 417,
  METHOD_NOT_ALLOWED: 405,
  ENCODING_NOT_ACCEPTABLE: 406,
  NOT_FOUND: 404,
  BODY_INVALID: 400,
  BODY_TYPE: 415,
  BODY_TOO_LARGE: 413,
  MODEL_NOT_FOUND: 404,
  MODEL_MISMATCH: 409,
  // The status is not 500: clients may request a broken model repeatedly, and it is not a fault in the server's code.
  MODEL_BROKEN: 503,
  MODEL_UNSEALED: 409,
  SERVER_MODEL_NAME_TAKEN: 500,
  BUDGET_EXCEEDED: 422,
  RESULT_NOT_FINITE: 422,
  QUEUE_FULL: 429,
  KEY_REQUIRED: 401,
  HOST_NOT_ALLOWED: 421,
  SERVER_HOST_INVALID: 500,
  SERVER_ORIGIN_INVALID: 500,
  SERVER_PRELOAD_INVALID: 500,
  SERVER_KEY_INVALID: 500,
  SERVER_LIMIT_INVALID: 500,
  RANGE_UNSATISFIABLE: 416,
  PAGE_NOT_BUILT: 503,
  TIME_LIMIT: 504,
  // nginx's status for a client that disconnected; appears only in the log and the metrics.
  CLIENT_GONE: 499,
  SHUTTING_DOWN: 503,
  SERVER_CANNOT_LISTEN: 500,
  QUERY_INVALID: 400,
  // 501 is logged as a warning, not as a fault of the server.
  JOBS_NOT_CONFIGURED: 501,
  JOBS_UNAVAILABLE: 503,
  JOBS_TOO_MANY: 429,
  JOBS_MEMORY_FULL: 503,
  JOB_NOT_FOUND: 404,
  JOB_OF_COMMAND: 409,
  JOB_UNREADABLE: 409,
  JOB_NOT_FINISHED: 409,
  JOB_FAILED: 409,
  JOB_CANCELLED: 409,
  INTERNAL: 500,
};

/** Headers sent with every response of a code, unless the error has another value. */
const HEADERS: Partial<Record<ServerErrorCode, Readonly<Record<string, string>>>> = {
  // Times in seconds. Errors with these two codes usually contain their own estimate.
  QUEUE_FULL: { 'Retry-After': '1' },
  JOB_NOT_FINISHED: { 'Retry-After': '1' },
  // A restart takes about this time.
  SHUTTING_DOWN: { 'Retry-After': '5' },
  JOBS_UNAVAILABLE: { 'Retry-After': '5' },
  JOBS_TOO_MANY: { 'Retry-After': '30' },
  JOBS_MEMORY_FULL: { 'Retry-After': '30' },
};
