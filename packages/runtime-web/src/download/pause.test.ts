import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { pause } from './pause.ts';

const LONG_MS = 600_000;

it('pause takes the given time and leaves no listener behind', async () => {
  const { signal } = new AbortController();
  const began = performance.now();
  await pause(30, signal);
  // Timers may fire up to a millisecond early.
  expect(performance.now() - began).toBeGreaterThan(28);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('pause ends at once if the signal is aborted before or during the pause', async () => {
  const controller = new AbortController();
  const paused = pause(LONG_MS, controller.signal);
  controller.abort();
  await paused;
  await pause(LONG_MS, controller.signal);
});
