import type { ApiError } from '@isonoise/api';
import { isIsonoiseError } from '@isonoise/error';
import { ServerError } from './errors.ts';

/** Errors of the runtime after which a retry may succeed. */
const UNAVAILABLE = new Set(['RUNTIME_WORKER', 'RUNTIME_DISPOSED', 'RUNTIME_PROVIDER']);

/** An error as sent to the client. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: ApiError['error'];
}

/** @returns status, headers and body for an error; unexpected errors are logged, not disclosed */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof ServerError) {
    const { status, headers, code, message } = error;
    return { status, headers, error: { code, message, requestId } };
  }
  if (isIsonoiseError(error)) {
    const { code, message } = error;
    const unavailable = isUnavailable(error);
    return {
      status: unavailable ? 503 : 500,
      headers: unavailable ? { 'Retry-After': '1' } : {},
      error: { code, message, requestId },
    };
  }
  return {
    status: 500,
    headers: {},
    error: { code: 'INTERNAL', message: internalMessage(requestId), requestId },
  };
}

export function internalMessage(requestId: string): string {
  return `internal error of the server. Its log has the details under request ${requestId}.`;
}

/** @returns whether a retry may succeed */
export function isUnavailable(error: unknown): boolean {
  return UNAVAILABLE.has(ownCode(error) ?? '');
}

/**
 * @returns the code of an isonoise error; undefined for errors of Node and libraries, which may disclose file
 *   paths
 */
export function ownCode(error: unknown): string | undefined {
  return isIsonoiseError(error) ? error.code : undefined;
}
