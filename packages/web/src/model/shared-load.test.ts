import { expect, it } from 'vitest';
import { SharedLoad } from './shared-load.ts';

/** A load that resolves when `finish` is called and rejects when its signal is aborted. */
function slowLoad(): { load: SharedLoad<string>; finish: (result: string) => void; signal: AbortSignal } {
  let finish = (_: string): void => {};
  let seen: AbortSignal | undefined;
  const load = new SharedLoad<string>((signal) => {
    seen = signal;
    return new Promise((resolve, reject) => {
      finish = resolve;
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  });
  load.result.catch(() => {});
  return { load, finish: (result) => finish(result), signal: seen as AbortSignal };
}

it('a shared load continues for the remaining waiters when one gives up', async () => {
  const { load, finish, signal } = slowLoad();
  const [first, second] = [new AbortController(), new AbortController()];
  const [one, two] = [load.wait(first.signal), load.wait(second.signal)];
  first.abort(new Error('cancelled'));
  await expect(one).rejects.toThrow('cancelled');
  expect(signal.aborted).toBe(false);
  finish('model');
  expect(await two).toBe('model');
});

it('a shared load is aborted when its last waiter gives up', async () => {
  const { load, signal } = slowLoad();
  const controllers = [new AbortController(), new AbortController()];
  const waits = controllers.map((controller) => load.wait(controller.signal));
  for (const controller of controllers) controller.abort(new Error('cancelled'));
  for (const wait of waits) await expect(wait).rejects.toThrow('cancelled');
  expect(signal.aborted).toBe(true);
  expect(load.givenUp).toBe(true);
  await expect(load.result).rejects.toThrow('cancelled');
});

it('a finished load is not aborted by a waiter that gives up', async () => {
  const { load, finish, signal } = slowLoad();
  const controller = new AbortController();
  const wait = load.wait(controller.signal);
  finish('model');
  expect(await wait).toBe('model');
  controller.abort();
  expect(signal.aborted).toBe(false);
  expect(load.givenUp).toBe(false);
});

it('a failed load rejects for all waiters with the same error', async () => {
  const load = new SharedLoad<string>(async () => {
    throw new Error('no such file');
  });
  const signal = new AbortController().signal;
  await expect(load.wait(signal)).rejects.toThrow('no such file');
  await expect(load.wait(signal)).rejects.toThrow('no such file');
});

it('waiting with an aborted signal rejects and does not abort the load', async () => {
  const { load, signal } = slowLoad();
  await expect(load.wait(AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
  expect(signal.aborted).toBe(false);
});
