import { codeOf } from './code-of.ts';
import { IsonoiseError, isIsonoiseError } from './isonoise-error.ts';

/**
 * An error as an object that JSON can represent. If the error itself were cloned (structured clone), it would lose
 * its code, fields and class.
 */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: PackedError;
  /** Whether isonoise threw the error on purpose. */
  readonly own: boolean;
  /** Other fields whose values JSON preserves, such as `file` of a DataError or `syscall` of a Node error. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Maximum length of a chain of causes; longer chains, such as cycles, are truncated. */
const MAX_CAUSES = 8;

/** Converts an error to data that `postMessage`, IPC and JSON preserve. */
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

/** Converts packed data back to an error. The result is an IsonoiseError if the packed error was one. */
export function unpackError({ name, message, code, stack, cause, own, fields }: PackedError): Error {
  const options = cause === undefined ? {} : { cause: unpackError(cause) };
  const error =
    own && code !== undefined
      ? new IsonoiseError(code, message, options)
      : Object.assign(new Error(message, options), { name, ...(code === undefined ? {} : { code }) });
  // Keep the stack of the thread that threw the error.
  if (stack !== undefined) error.stack = stack;
  return Object.assign(error, fields);
}

/** Keys with their own property in {@link PackedError}. */
const PACKED: ReadonlySet<string> = new Set(['name', 'message', 'code', 'stack', 'cause']);

/** Whether a value consists of lists, objects and primitives that JSON and structured clone preserve. */
function isPlain(value: unknown, depth = 0): boolean {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  if (typeof value !== 'object' || depth >= MAX_CAUSES) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((each) => isPlain(each, depth + 1));
}
