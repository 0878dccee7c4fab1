import type { ApiError } from '@isonoise/api';
import { IsonoiseError } from '@isonoise/error';
import type { ReadonlySignal } from '@preact/signals';
import { isSite, pageUrl } from '../app/site.ts';
import { webError } from '../errors.ts';

/**
 * Sends a request to the server of the page.
 *
 * @param path path from the folder of the page, such as `/v1/models`
 * @returns the response, if successful
 * @throws `SERVER_UNREACHABLE` if the server does not respond; `SERVER_ANSWER` if an error response is not from isonoise; an
 *   error with the server's code for other error responses
 */
export type CallServer = (path: string, init?: RequestInit) => Promise<Response>;

/** Creates the function that calls the server. @param apiKey key for the `Authorization` header; empty for none */
export function createCallServer(apiKey: ReadonlySignal<string>): CallServer {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (apiKey.value !== '') headers.set('Authorization', `Bearer ${apiKey.value}`);
    let response: Response;
    try {
      response = await fetch(pageUrl(path.slice(1)), { ...init, headers });
    } catch (cause) {
      init.signal?.throwIfAborted();
      throw webError(
        'SERVER_UNREACHABLE',
        isSite
          ? `${path}: the site did not answer; expected a response. Check that this device is online.`
          : `${path}: the server did not answer; expected a response. Check that it runs (pnpm serve) and that this device is online.`,
        { cause },
      );
    }
    if (response.ok) return response;
    throw await failureOf(path, response);
  };
}

async function failureOf(path: string, response: Response): Promise<IsonoiseError> {
  const body: unknown = await response.json().catch(() => null);
  if (!isApiError(body)) {
    return webError(
      'SERVER_ANSWER',
      `${path}: got HTTP ${response.status} from a different program; expected an isonoise server. Open the page that pnpm serve serves.`,
    );
  }
  const wait = response.headers.get('Retry-After');
  const advice = wait === null ? '' : ` Retry after ${wait} s.`;
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
