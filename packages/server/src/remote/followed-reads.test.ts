import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FollowedReads } from './followed-reads.ts';

/** Returns reads whose values are numbered, and a list of the previous value that each read received. */
function counting(keepMs: number): { readonly reads: FollowedReads<string>; readonly began: unknown[] } {
  const began: unknown[] = [];
  const read = async (id: string, last: string | undefined): Promise<string> => {
    const count = began.push(last);
    await pause(10);
    if (id === 'bad' && count === 1) throw new Error('not now');
    return `${id}${count}`;
  };
  return { reads: new FollowedReads(read, keepMs), began };
}

it('followers of the same id share reads, and followers of different ids do not', async () => {
  const { reads, began } = counting(60_000);
  const [a, b, other] = [reads.follow('a'), reads.follow('a'), reads.follow('b')];
  expect(await Promise.all([a.read(), b.read(), other.read()])).toEqual(['a1', 'a1', 'b2']);
  expect(await b.read()).toBe('a1');
  expect(began).toHaveLength(2);
});

it('each read receives the previous value, unless all followers have left since then', async () => {
  const { reads, began } = counting(0);
  const [a, b] = [reads.follow('a'), reads.follow('a')];
  expect([await a.read(), await b.read()]).toEqual(['a1', 'a2']);
  a.leave();
  expect(await b.read()).toBe('a3');
  b.leave();
  expect(await reads.follow('a').read()).toBe('a4');
  expect(began).toEqual([undefined, 'a1', 'a2', undefined]);
});

it('all followers get the error of a read; the next read can succeed', async () => {
  const { reads, began } = counting(5);
  const [a, b] = [reads.follow('bad'), reads.follow('bad')];
  for (const { status } of await Promise.allSettled([a.read(), b.read()])) expect(status).toBe('rejected');
  await pause(10);
  expect(await a.read()).toBe('bad2');
  expect(began).toEqual([undefined, undefined]);
});
