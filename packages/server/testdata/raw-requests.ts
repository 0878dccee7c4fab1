import type { ApiError } from '@isonoise/api';
import type { RawAnswer } from '../../../tests/support/raw-http.ts';
import type { Served } from '../../../tests/support/served.ts';

/** A quick request for the small test model. */
export const body: {
  readonly model: 'conv';
  readonly seed: 7;
  readonly steps: 3;
  readonly format: 'float32';
} = { model: 'conv', seed: 7, steps: 3, format: 'float32' };

/** The JSON of {@link body}. */
export const text: string = JSON.stringify(body);

/** Returns the head of a request, with the given headers. */
export const head = (line: string, ...headers: readonly string[]): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');

/** Returns the head of a request to draw images. */
export const post = (...headers: readonly string[]): string =>
  head('POST /v1/sample', 'Content-Type: application/json', ...headers);

/** Returns a chunk of a body with `Transfer-Encoding: chunked`. */
export const chunk = (part: string): string => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`;

/** Returns the error in a response. */
export const errorOf = ({ body: json }: RawAnswer): ApiError['error'] => (JSON.parse(json) as ApiError).error;

/** Returns the status and the error code of each response. */
export const codes = (answers: readonly RawAnswer[]): [number, string][] =>
  answers.map((answer) => [answer.status, errorOf(answer).code]);

/** Returns the options of a request that streams its body, and therefore has no Content-Length. */
export const streamed = (...parts: readonly string[]): RequestInit & { duplex: 'half' } => ({
  body: new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  }),
  duplex: 'half',
});

/** Returns the text of a server's metrics. */
export async function metricsOf({ get }: Served): Promise<string> {
  return (await get('/metrics')).text();
}
