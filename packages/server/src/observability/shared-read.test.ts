import { expect, it, vi } from 'vitest';
import { sharedRead } from './shared-read.ts';

it('sharedRead reads once for all callers, and again after the given time', async () => {
  let reads = 0;
  const read = sharedRead(async () => ++reads, { keepMs: 50, waitMs: 10_000 });
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    vi.advanceTimersByTime(49);
    expect(await read()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await read()).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

it('sharedRead returns undefined if reading fails', async () => {
  const failing = sharedRead(() => Promise.reject(new Error('away')), { keepMs: 0, waitMs: 10_000 });
  expect(await failing()).toBeUndefined();
});

it('sharedRead does not wait longer than the limit, and returns a late result to later callers', async () => {
  let finish = (_: string): void => {};
  const slow = sharedRead(
    () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
    { keepMs: 600_000, waitMs: 20 },
  );
  // The read is not finished yet, so a caller without a limit would wait forever.
  expect(await slow()).toBeUndefined();
  finish('late');
  await expect.poll(slow).toBe('late');
});
