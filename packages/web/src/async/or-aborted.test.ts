import { expect, it } from 'vitest';
import { orAborted } from './or-aborted.ts';

const never = new Promise<never>(() => {});

it('orAborted returns the result or the error of the promise', async () => {
  const { signal } = new AbortController();
  expect(await orAborted(Promise.resolve(1), signal)).toBe(1);
  await expect(orAborted(Promise.reject(new Error('damaged')), signal)).rejects.toThrow('damaged');
});

it('orAborted throws the reason of a signal that is aborted before or while it waits', async () => {
  const run = new AbortController();
  const waiting = orAborted(never, run.signal);
  run.abort('cancelled');
  await expect(waiting).rejects.toBe('cancelled');
  await expect(orAborted(never, run.signal)).rejects.toBe('cancelled');
});
