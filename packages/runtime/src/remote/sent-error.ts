import { type SamplerErrorCode, samplerError } from '@isonoise/sampler';
import { type RuntimeErrorCode, runtimeError } from '../errors.ts';

/** An error as it crosses: structured clone alone would lose `code` and the class. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: SentError;
}

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

/** @returns an error with what was sent; an IsonoiseError or IsonoiseError where one was sent */
export function receiveError(sent: SentError): Error {
  const options = sent.cause === undefined ? {} : { cause: receiveError(sent.cause) };
  const error = create(sent, options);
  // The place in the worker, which is where the reader must look.
  if (sent.stack !== undefined) error.stack = sent.stack;
  return error;
}

function create({ name, message, code }: SentError, options: ErrorOptions): Error {
  if (name === 'IsonoiseError') return runtimeError(code as RuntimeErrorCode, message, options);
  if (name === 'IsonoiseError') return samplerError(code as SamplerErrorCode, message, options);
  return Object.assign(new Error(message, options), { name, ...(code === undefined ? {} : { code }) });
}
