import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A parsed HTTP response. */
export interface RawAnswer {
  readonly status: number;
  /** Headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends raw bytes, such as a request that `fetch` would not send.
 *
 * @param pieces parts that are written in turn
 * @returns all responses, once the server has closed the connection. A request with `Connection: close` makes the
 *   server close it.
 */
export async function sendRaw(
  port: number,
  ...pieces: readonly (string | Uint8Array)[]
): Promise<RawAnswer[]> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return answersOf(await everything(socket));
}

async function everything(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A server that rejects the request closes the connection while the rest is still being written.
  socket.on('error', () => {});
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

/** Parses responses with a Content-Length, and those whose status does not allow a body (100, 204 and 304). */
function answersOf(bytes: Buffer): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', at);
    if (end < 0)
      throw new Error(
        `sendRaw: found ${bytes.subarray(at)} without the end of the headers; expected a response.`,
      );
    const [first = '', ...lines] = bytes.subarray(at, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const status = Number(first.split(' ')[1]);
    const from = end + 4;
    const length = status === 100 || status === 204 || status === 304 ? 0 : Number(headers['content-length']);
    answers.push({ status, headers, body: bytes.subarray(from, from + length).toString() });
    at = from + length;
  }
  return answers;
}
