import { setImmediate as settled } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Uses } from './uses.ts';

async function* letters(): AsyncGenerator<string, void, undefined> {
  yield 'a';
  yield 'b';
}

it('close waits for running actions, and refuses further ones', async () => {
  const uses = new Uses();
  let finish = (): void => {};
  const running = uses.during(() => new Promise<void>((resolve) => (finish = resolve)));
  let isClosed = false;
  const closing = uses.close().then(() => {
    isClosed = true;
  });
  await expect(uses.during(async () => {})).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await settled();
  expect([isClosed, uses.count]).toEqual([false, 1]);
  finish();
  await Promise.all([running, closing]);
  expect(uses.count).toBe(0);
});

it('an action that fails no longer counts as running', async () => {
  const uses = new Uses();
  const fail = async (): Promise<void> => {
    throw new Error('no');
  };
  await expect(uses.during(fail)).rejects.toThrow('no');
  await uses.close();
});

it('close waits for a body from its first chunk until it is sent or dropped, but not for a body that was never read', async () => {
  const uses = new Uses();
  const [sent, dropped] = [uses.whileSent(letters()), uses.whileSent(letters())];
  uses.whileSent(letters());
  await Promise.all([sent.next(), dropped.next()]);
  expect(uses.count).toBe(2);
  await dropped.return();
  expect(uses.count).toBe(1);
  const closing = uses.close();
  expect(await sent.next()).toEqual({ value: 'b', done: false });
  expect((await sent.next()).done).toBe(true);
  await closing;
});
