import { readFile } from 'node:fs/promises';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { IsonoiseError, isIsonoiseError } from './isonoise-error.ts';
import { packError, unpackError } from './pack-error.ts';

/** Sends an error through a message port, as between threads. */
function cross(error: unknown): Error {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(packError(error));
  const received = receiveMessageOnPort(port2);
  port1.close();
  return unpackError(received?.message);
}

describe('packError and unpackError', () => {
  it('preserve code, message, stack, causes and fields of an isonoise error', () => {
    class WithFile extends IsonoiseError {
      readonly file = 'a.png';
      readonly sizes = [1, { width: 2 }];
    }
    const system = Object.assign(new Error('ENOENT: a.png'), { code: 'ENOENT', syscall: 'open' });
    const error = new WithFile('DATA_NOT_FOUND', 'read a.png: missing.', {
      cause: new IsonoiseError('BUNDLE_FILE', 'below', { cause: system }),
    });
    const received = cross(error);
    expect(isIsonoiseError(received)).toBe(true);
    expect(received).toMatchObject({
      code: 'DATA_NOT_FOUND',
      message: 'read a.png: missing.',
      file: 'a.png',
      sizes: [1, { width: 2 }],
      stack: error.stack,
      cause: {
        code: 'BUNDLE_FILE',
        message: 'below',
        cause: { code: 'ENOENT', syscall: 'open', message: 'ENOENT: a.png' },
      },
    });
    const { cause } = received;
    expect([cause, (cause as Error).cause].map(isIsonoiseError)).toEqual([true, false]);
  });

  it('preserve the fields of a Node error, which does not become an isonoise error', async () => {
    const error = await readFile('/there/is/no/such/file').catch((reason: unknown) => reason);
    const received = cross(error);
    expect(isIsonoiseError(received)).toBe(false);
    expect(received).toMatchObject({ code: 'ENOENT', syscall: 'open', path: '/there/is/no/such/file' });
  });

  it('preserve the name of an abort error', () => {
    expect(cross(new DOMException('stopped', 'AbortError'))).toMatchObject({
      name: 'AbortError',
      message: 'stopped',
    });
  });

  it('drop fields that cannot be cloned, and accept values that are not errors', () => {
    const error = Object.assign(new Error('x'), { retry: () => 1, list: [() => 2], map: new Map(), n: 3 });
    expect(Object.keys(packError(error).fields)).toEqual(['n']);
    expect(cross('a string').message).toBe('a string');
    expect(cross(undefined).message).toBe('undefined');
  });

  it('truncate a cycle of causes', () => {
    const error = new Error('ring');
    error.cause = error;
    let depth = 0;
    for (let at: unknown = cross(error); at instanceof Error; at = at.cause) depth++;
    expect(depth).toBe(9);
  });

  it('return an error that can be packed again', () => {
    const error = new IsonoiseError('A_B', 'x', { cause: new Error('why') });
    expect(packError(cross(error))).toEqual(packError(error));
  });
});
