import type { ApiError } from '@isonoise/api';
import { IsonoiseError } from '@isonoise/error';
import { signal } from '@preact/signals';
import { webError } from '../errors.ts';

/** What the server wants to know in `Authorization`; asked of the visitor where it answers 401. In memory only. */
export const apiKey = signal('');

/**
 * Asks the server that the page came from.
 *
 * @param path from the root: `/v1/models`
 * @returns a successful answer
 * @throws `SERVER_UNREACHABLE`, `SERVER_ANSWER`, or the code that the server gave
 */
export async function callServer(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (apiKey.value !== '') headers.set('Authorization', `Bearer ${apiKey.value}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers });
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw webError(
      'SERVER_UNREACHABLE',
      `${path}: no answer. Is the server running (pnpm serve), and this device online?`,
      { cause },
    );
  }
  if (response.ok) return response;
  throw await failureOf(path, response);
}

async function failureOf(path: string, response: Response): Promise<IsonoiseError> {
  const body: unknown = await response.json().catch(() => null);
  if (!isApiError(body)) {
    return webError(
      'SERVER_ANSWER',
      `${path}: got HTTP ${response.status}, and not from an isonoise server. Open the page that pnpm serve serves.`,
    );
  }
  const wait = response.headers.get('Retry-After');
  const advice = wait === null ? '' : ` Try again in ${wait} s.`;
  return new IsonoiseError(body.error.code, `${body.error.message}${advice}`);
}

function isApiError(body: unknown): body is ApiError {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    'message' in error &&
    typeof error.message === 'string'
  );
}
