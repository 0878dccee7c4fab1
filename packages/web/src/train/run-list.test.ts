import { expect, it } from 'vitest';
import type { StoredRuns } from './kept-run.ts';
import { createRunList } from './run-list.ts';

const noRuns: StoredRuns = { runs: [], damaged: [] };
const damaged = (name: string): StoredRuns => ({ runs: [], damaged: [{ name, error: null }] });

it('createRunList reads again if it is refreshed during a read, and never shows an older result last', async () => {
  const answers: ((runs: StoredRuns) => void)[] = [];
  const list = createRunList({
    read: () => new Promise((resolve) => answers.push(resolve)),
    inUse: async () => new Set(),
    later: () => {},
  });
  const first = list.refresh();
  const second = list.refresh();
  expect(answers.length).toBe(1);
  answers[0]?.(damaged('old'));
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.(damaged('new'));
  await Promise.all([first, second]);
  expect(list.state.value).toMatchObject({ state: 'known', damaged: [{ name: 'new' }] });
  void list.refresh();
  expect(answers.length).toBe(3);
});

it('createRunList shows a failure, and the runs after the next success', async () => {
  let fails = true;
  const list = createRunList({
    read: async () => {
      if (fails) throw new Error('no storage');
      return noRuns;
    },
    inUse: async () => new Set(),
    later: () => {},
  });
  await list.refresh();
  expect(list.state.value).toMatchObject({ state: 'failed', error: { message: 'no storage' } });
  fails = false;
  await list.refresh();
  expect(list.state.value).toMatchObject({ state: 'known', runs: [] });
});

it('createRunList checks runs in use until they are released', async () => {
  let held = new Set(['cats']);
  const waiting: (() => void)[] = [];
  const list = createRunList({
    read: async () => noRuns,
    inUse: async () => held,
    later: (act) => void waiting.push(act),
  });
  await list.refresh();
  expect(list.state.value).toMatchObject({ inUse: new Set(['cats']) });
  waiting.shift()?.();
  await expect.poll(() => waiting.length).toBe(1);
  held = new Set();
  waiting.shift()?.();
  await expect.poll(() => list.state.value).toMatchObject({ inUse: new Set() });
  expect(waiting).toEqual([]);
});

it('createRunList shows a failed check of runs in use, and does not leave the rejection unhandled', async () => {
  let fails = false;
  const waiting: (() => void)[] = [];
  const list = createRunList({
    read: async () => noRuns,
    inUse: async () => {
      if (fails) throw new Error('no locks');
      return new Set(['cats']);
    },
    later: (act) => void waiting.push(act),
  });
  await list.refresh();
  fails = true;
  waiting.shift()?.();
  await expect
    .poll(() => list.state.value)
    .toMatchObject({ state: 'failed', error: { message: 'no locks' } });
  fails = false;
  await list.refresh();
  expect(list.state.value).toMatchObject({ state: 'known', inUse: new Set(['cats']) });
});
