import { codeOf } from './code-of.ts';
import { IsonoiseError, isIsonoiseError } from './isonoise-error.ts';

/** An error as plain data. Structured clone alone would lose `code`, fields and class. */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: PackedError;
  /** Whether isonoise threw it on purpose. */
  readonly own: boolean;
  /** Its other fields that are plain data: `file` of a DataError, `syscall` of Node's. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A chain of causes is cut here: it may be a ring. */
const MAX_CAUSES = 8;

/** @returns `error` as data that `postMessage`, IPC and JSON carry */
export function packError(error: unknown, depth = 0): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), own: false, fields: {} };
  const code = codeOf(error);
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: packError(error.cause, depth + 1) }),
    own: isIsonoiseError(error),
    fields: Object.fromEntries(
      Object.entries(error).filter(([key, value]) => !PACKED.has(key) && isPlain(value)),
    ),
  };
}

/** @returns an error with all that was packed; an IsonoiseError where one was packed */
export function unpackError({ name, message, code, stack, cause, own, fields }: PackedError): Error {
  const options = cause === undefined ? {} : { cause: unpackError(cause) };
  const error =
    own && code !== undefined
      ? new IsonoiseError(code, message, options)
      : Object.assign(new Error(message, options), { name, ...(code === undefined ? {} : { code }) });
  // The place in the other thread, which is where the reader must look.
  if (stack !== undefined) error.stack = stack;
  return Object.assign(error, fields);
}

/** What has a place of its own. */
const PACKED: ReadonlySet<string> = new Set(['name', 'message', 'code', 'stack', 'cause']);

/** Whether JSON and structured clone carry it alike; fields are lists of words and numbers, not graphs. */
function isPlain(value: unknown, depth = 0): boolean {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (typeof value !== 'object' || depth >= MAX_CAUSES) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((each) => isPlain(each, depth + 1));
}
