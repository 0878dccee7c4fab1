import { IsonoiseError } from '@isonoise/error';

/** What goes wrong on the server; stable, for programs. Errors of models and samplers keep their own codes. */
export type ServerErrorCode =
  /** Not HTTP, or a target or a `Host` that is not part of a URL. */
  | 'REQUEST_MALFORMED'
  | 'REQUEST_TIMEOUT'
  | 'HEADERS_TOO_LARGE'
  /** An `Expect` other than 100-continue. */
  | 'EXPECTATION_FAILED'
  /** The path exists, but not for this method; `Allow` has those that it has. */
  | 'METHOD_NOT_ALLOWED'
  /** `Accept-Encoding` excludes every form of the file, the plain one too. */
  | 'ENCODING_NOT_ACCEPTABLE'
  /** There is nothing at this path. */
  | 'NOT_FOUND'
  /** The body is not JSON, or not a request. */
  | 'BODY_INVALID'
  | 'BODY_TYPE'
  | 'BODY_TOO_LARGE'
  | 'MODEL_NOT_FOUND'
  /** The folder is there, but what it holds cannot be used. */
  | 'MODEL_BROKEN'
  /** Two models of one name. */
  | 'MODEL_NAME_TAKEN'
  /** The request asks for more work than one request may. */
  | 'BUDGET_EXCEEDED'
  /** The settings of the request take the numbers out of the range of float32. */
  | 'RESULT_NOT_FINITE'
  /** Too much is in flight. */
  | 'QUEUE_FULL'
  | 'KEY_REQUIRED'
  /** The request names a host that this server does not answer to. */
  | 'HOST_NOT_ALLOWED'
  /** A host to answer to, or to listen on, is not the name of one. */
  | 'HOST_INVALID'
  /** An origin to allow is not one. */
  | 'ORIGIN_INVALID'
  /** A model to open at once that there is not. */
  | 'PRELOAD_INVALID'
  /** A key that no client could send. */
  | 'KEY_INVALID'
  /** A limit under which nothing could be drawn. */
  | 'LIMIT_INVALID'
  | 'RANGE_UNSATISFIABLE'
  | 'PAGE_NOT_BUILT'
  | 'TIME_LIMIT'
  /** Nobody waits for the answer any more. */
  | 'CLIENT_GONE'
  | 'SHUTTING_DOWN'
  /** The address or the port cannot be listened on. */
  | 'CANNOT_LISTEN'
  | 'INTERNAL';

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
  MODEL_NAME_TAKEN: 500,
  BUDGET_EXCEEDED: 422,
  RESULT_NOT_FINITE: 422,
  QUEUE_FULL: 429,
  KEY_REQUIRED: 401,
  HOST_NOT_ALLOWED: 421,
  HOST_INVALID: 500,
  ORIGIN_INVALID: 500,
  PRELOAD_INVALID: 500,
  KEY_INVALID: 500,
  LIMIT_INVALID: 500,
  RANGE_UNSATISFIABLE: 416,
  PAGE_NOT_BUILT: 503,
  TIME_LIMIT: 504,
  // nginx's number for it; nobody reads it but the log.
  CLIENT_GONE: 499,
  SHUTTING_DOWN: 503,
  CANNOT_LISTEN: 500,
  INTERNAL: 500,
};

/** Headers of a code wherever it is thrown. */
const HEADERS: Partial<Record<ServerErrorCode, Readonly<Record<string, string>>>> = {
  // As long as a restart takes.
  SHUTTING_DOWN: { 'Retry-After': '5' },
};
