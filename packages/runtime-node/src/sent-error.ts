import { RuntimeError, type RuntimeErrorCode } from '@isonoise/runtime/session';
import type { SentError } from './protocol.ts';

/** A chain of causes is cut here: it may be a ring. */
const MAX_CAUSES = 8;

/** @returns `error` as plain data: name, message, code, stack and causes */
export function sendError(error: unknown, depth = 0): SentError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: sendError(error.cause, depth + 1) }),
  };
}

/** @returns an error with what was sent; a RuntimeError where one was sent */
export function receiveError(sent: SentError): Error {
  const options = sent.cause === undefined ? {} : { cause: receiveError(sent.cause) };
  const error =
    sent.name === 'RuntimeError'
      ? new RuntimeError(sent.code as RuntimeErrorCode, sent.message, options)
      : Object.assign(new Error(sent.message, options), {
          name: sent.name,
          ...(sent.code === undefined ? {} : { code: sent.code }),
        });
  // The place in the worker, which is where the reader must look.
  if (sent.stack !== undefined) error.stack = sent.stack;
  return error;
}
