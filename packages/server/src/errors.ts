import { IsonoiseError } from '@isonoise/error';

/**
 * Codes of this package; docs/errors.md is made of them. Those without a prefix are part of the HTTP API and never change.
 */
export const ERROR_CODES = {
  REQUEST_MALFORMED: {
    meaning: 'The bytes are not HTTP, or target or Host are not part of a URL.',
    advice: 'Send a valid HTTP request.',
  },
  REQUEST_TIMEOUT: {
    meaning: 'The request did not arrive in time.',
    advice: 'Send it again.',
  },
  HEADERS_TOO_LARGE: {
    meaning: 'The headers are longer than the limit.',
    advice: 'Send fewer or shorter headers.',
  },
  EXPECTATION_FAILED: {
    meaning: 'Expect has a value other than 100-continue.',
    advice: 'Leave the header out.',
  },
  METHOD_NOT_ALLOWED: {
    meaning: 'The path does not have this method.',
    advice: 'Use a method that the header Allow lists.',
  },
  ENCODING_NOT_ACCEPTABLE: {
    meaning: 'Accept-Encoding excludes every form of the file.',
    advice: 'Allow gzip, br or identity.',
  },
  NOT_FOUND: {
    meaning: 'There is nothing at this path.',
    advice: 'Check the path; /v1/openapi.json lists those of the API.',
  },
  BODY_INVALID: {
    meaning: 'The body is not JSON, or not a valid request.',
    advice: 'Correct the field in the message.',
  },
  BODY_TYPE: {
    meaning: 'The body is not application/json.',
    advice: 'Set Content-Type to application/json.',
  },
  BODY_TOO_LARGE: {
    meaning: 'The body is longer than the limit.',
    advice: 'Send a shorter body.',
  },
  MODEL_NOT_FOUND: {
    meaning: 'The model does not exist.',
    advice: 'Choose a model that GET /v1/models lists.',
  },
  MODEL_BROKEN: {
    meaning: 'The folder of the model exists, but cannot be used.',
    advice: 'Mend or replace the files that the message names.',
  },
  SERVER_MODEL_NAME_TAKEN: {
    meaning: 'Two models have one name.',
    advice: 'Rename one of the folders.',
  },
  BUDGET_EXCEEDED: {
    meaning: 'The request asks for more work than one request may.',
    advice: 'Ask for fewer images or steps, or in several requests.',
  },
  RESULT_NOT_FINITE: {
    meaning: 'The settings of the request take the images out of the range of float32.',
    advice: 'Lower guidance, or leave clip out.',
  },
  QUEUE_FULL: {
    meaning: 'Too much work is in progress.',
    advice: 'Try again after the seconds in Retry-After.',
  },
  KEY_REQUIRED: {
    meaning: 'The key is missing or wrong.',
    advice: 'Send Authorization: Bearer <key>.',
  },
  HOST_NOT_ALLOWED: {
    meaning: 'The request names a host that this server does not answer to.',
    advice: 'Start the server with --allow-host.',
  },
  SERVER_HOST_INVALID: {
    meaning: 'A host to answer to, or to listen on, is not a host name.',
    advice: 'Correct --host or --allow-host.',
  },
  SERVER_ORIGIN_INVALID: {
    meaning: 'An origin to allow is not an origin.',
    advice: 'Correct --allow-origin.',
  },
  SERVER_PRELOAD_INVALID: {
    meaning: 'A model to preload does not exist.',
    advice: 'Correct --preload.',
  },
  SERVER_KEY_INVALID: {
    meaning: 'The key to require is one that no client can send.',
    advice: 'Choose a key of visible ASCII characters.',
  },
  SERVER_LIMIT_INVALID: {
    meaning: 'A limit leaves no room for any image.',
    advice: 'Raise the limit in the message.',
  },
  RANGE_UNSATISFIABLE: {
    meaning: 'The file does not have the requested range.',
    advice: 'Ask for a range within the length in Content-Range.',
  },
  PAGE_NOT_BUILT: {
    meaning: 'The page was not built.',
    advice: 'Run pnpm --filter @isonoise/web build.',
  },
  TIME_LIMIT: {
    meaning: 'The request took longer than the limit.',
    advice: 'Ask for fewer images or steps.',
  },
  CLIENT_GONE: {
    meaning: 'The client closed the connection before the answer was complete.',
    advice: 'Nothing; the code appears in the log only.',
  },
  SHUTTING_DOWN: {
    meaning: 'The server is shutting down.',
    advice: 'Try again after the seconds in Retry-After.',
  },
  SERVER_CANNOT_LISTEN: {
    meaning: 'The address or port cannot be listened on.',
    advice: 'Choose another --host or --port.',
  },
  INTERNAL: {
    meaning: 'An unexpected fault of the server.',
    advice: 'Look up the request id in its log.',
  },
};

export type ServerErrorCode = keyof typeof ERROR_CODES;

export interface ServerErrorOptions extends ErrorOptions {
  /** Headers that belong to this answer: `Retry-After`, `WWW-Authenticate`, … */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is not answered as asked; the message says what was got, what is wanted and what to do. */
export class ServerError extends IsonoiseError<ServerErrorCode> {
  /** Of the answer. */
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
  // A client can ask for a broken model as often as it likes: that is not an error of the server's code.
  MODEL_BROKEN: 503,
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
  // nginx's number for it; nobody reads it but the log.
  CLIENT_GONE: 499,
  SHUTTING_DOWN: 503,
  SERVER_CANNOT_LISTEN: 500,
  INTERNAL: 500,
};

/** Headers of a code wherever it is thrown. */
const HEADERS: Partial<Record<ServerErrorCode, Readonly<Record<string, string>>>> = {
  // As long as a restart takes.
  SHUTTING_DOWN: { 'Retry-After': '5' },
};
