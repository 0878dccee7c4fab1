import type { ApiError } from '@isonoise/api';
import { ServerError } from './server-error.ts';

/** Errors from below that are neither the client's fault nor ours: worth another try. */
const UNAVAILABLE = new Set(['RUNTIME_WORKER', 'RUNTIME_DISPOSED', 'RUNTIME_PROVIDER']);

/** An error as it leaves the server. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: ApiError['error'];
}

/** @returns status, headers and body; unexpected errors are logged, not disclosed */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof ServerError) {
    const { status, headers, code, message } = error;
    return { status, headers, error: { code, message, requestId } };
  }
  const code = codeOf(error);
  if (code !== undefined && error instanceof Error) {
    const unavailable = isUnavailable(error);
    return {
      status: unavailable ? 503 : 500,
      headers: unavailable ? { 'Retry-After': '1' } : {},
      error: { code, message: error.message, requestId },
    };
  }
  return {
    status: 500,
    headers: {},
    error: { code: 'INTERNAL', message: internalMessage(requestId), requestId },
  };
}

export function internalMessage(requestId: string): string {
  return `something went wrong that is the server's fault; its log has the details under request ${requestId}.`;
}

/** @returns whether another try may succeed */
export function isUnavailable(error: unknown): boolean {
  return UNAVAILABLE.has(codeOf(error) ?? '');
}

/** @returns the code of an error of this project; Node's own (`ENOENT`, `ERR_…`) say where files lie and stay inside */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z]+_/.test(code) && !code.startsWith('ERR_') ? code : undefined;
}
