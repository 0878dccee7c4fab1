import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { isStoreTrouble } from './connect.ts';

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

it('isStoreTrouble accepts errors of connections, and rejects errors of files', async () => {
  // Nothing listens on port 1, which is reserved.
  const refused = await failure(
    new Promise((_resolve, reject) => connect(1, '127.0.0.1').once('error', reject)),
  );
  expect(refused).toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
  const missing = await failure(readFile('no-such-file'));
  expect(missing).toMatchObject({ code: 'ENOENT', syscall: 'open' });
  expect([refused, missing, new Error('READONLY You cannot write')].map(isStoreTrouble)).toEqual([
    true,
    false,
    true,
  ]);
});
