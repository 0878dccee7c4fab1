import { expect, it } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

/** Creates a model that is open once `open` is called. */
function scene() {
  const log: string[] = [];
  const model = { dispose: async () => void log.push('dispose') };
  let open = (): void => {};
  const opening = new Promise<typeof model>((resolve) => {
    open = () => resolve(model);
  });
  return { log, model, opening, open: () => open() };
}

it('unlessAborted returns the model, which stays open if the signal is aborted later', async () => {
  const { log, model, opening, open } = scene();
  const run = new AbortController();
  open();
  expect(await unlessAborted(opening, run.signal)).toBe(model);
  run.abort();
  expect(log).toEqual([]);
});

it('unlessAborted does not wait for an opening that does not end, and disposes a late model', async () => {
  const { log, opening, open } = scene();
  const run = new AbortController();
  const waiting = unlessAborted(opening, run.signal);
  run.abort('cancelled');
  await expect(waiting).rejects.toBe('cancelled');
  expect(log).toEqual([]);
  open();
  await expect.poll(() => log).toEqual(['dispose']);
});

it('unlessAborted throws the error of the opening', async () => {
  const { signal } = new AbortController();
  await expect(unlessAborted(Promise.reject(new Error('damaged')), signal)).rejects.toThrow('damaged');
});
