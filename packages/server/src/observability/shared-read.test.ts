import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sharedRead } from './shared-read.ts';

it('sharedRead reads once for all callers, and again after the given time', async () => {
  let reads = 0;
  const read = sharedRead(async () => ++reads, { keepMs: 50, waitMs: 10_000 });
  expect(await Promise.all([read(), read()])).toEqual([1, 1]);
  expect(await read()).toBe(1);
  await pause(80);
  expect(await read()).toBe(2);
});

it('sharedRead returns undefined if reading fails', async () => {
  const failing = sharedRead(() => Promise.reject(new Error('away')), { keepMs: 0, waitMs: 10_000 });
  expect(await failing()).toBeUndefined();
});

it('sharedRead does not wait longer than the limit, and uses a late result', async () => {
  const slow = sharedRead(() => pause(300, 'late'), { keepMs: 10_000, waitMs: 20 });
  const began = performance.now();
  expect(await slow()).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(250);
  await expect.poll(slow, { timeout: 5000 }).toBe('late');
});
