import { expect, it } from 'vitest';
import { pauseUntil, untilAborted } from './until-aborted.ts';

const never = new Promise<number>(() => {});

it('untilAborted passes on the result or the error of the work', async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1);
  await expect(untilAborted(Promise.resolve(1), undefined)).resolves.toBe(1);
  await expect(untilAborted(Promise.reject(new Error('its error')), signal)).rejects.toThrow('its error');
});

it('untilAborted rejects with the reason of the signal, before and during the work', async () => {
  const stop = new AbortController();
  const waiting = untilAborted(never, stop.signal);
  const pausing = pauseUntil(60_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(pausing).rejects.toThrow('enough');
  await expect(untilAborted(never, stop.signal)).rejects.toThrow('enough');
  await expect(pauseUntil(60_000, stop.signal)).rejects.toThrow('enough');
});

it('untilAborted ignores an error of the work after the signal', async () => {
  const stop = new AbortController();
  let fail = (_: Error): void => {};
  const waiting = untilAborted(
    new Promise((_, reject) => {
      fail = reject;
    }),
    stop.signal,
  );
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  // An unhandled rejection would end the tests.
  fail(new Error('too late'));
  await new Promise((resolve) => setImmediate(resolve));
});
