import { expect, it } from 'vitest';
import { chooseThreads, type ThreadTrial } from './choose-threads.ts';

/** Milliseconds of a call, by number of threads. */
type Paces = Readonly<Record<number, number>>;

/** Makes trials in which a session is represented by its number of threads. Only calls advance the clock. */
function scene(paces: Paces, before?: number) {
  let now = 0;
  const log: string[] = [];
  const known = { ms: before };
  const open = new Set<number>();
  const counts = { mostOpen: 0 };
  const trial: ThreadTrial<number> = {
    async open(threads) {
      log.push(`open ${threads}`);
      open.add(threads);
      counts.mostOpen = Math.max(counts.mostOpen, open.size);
      return threads;
    },
    async close(threads) {
      log.push(`close ${threads}`);
      open.delete(threads);
    },
    async measure(threads) {
      const ms = paces[threads];
      if (ms === undefined) throw new Error('too slow');
      const began = now;
      now += ms;
      return now - began;
    },
  };
  const memory = {
    recall: async () => known.ms,
    async remember(ms: number) {
      known.ms = ms;
    },
  };
  return { choose: () => chooseThreads(4, trial, memory), trial, log, known, open, counts };
}

it('chooseThreads measures one thread and all threads at the first visit, and remembers the time of one thread', async () => {
  const { choose, log, known } = scene({ 4: 20, 1: 50 });
  expect(await choose()).toEqual({ session: 4, threads: 4, note: null });
  expect([log, known.ms]).toEqual([['open 1', 'close 1', 'open 4'], 50]);
});

it('chooseThreads opens only the session with all threads if it is at least as fast as one thread was at an earlier visit', async () => {
  const { choose, log, known } = scene({ 4: 20, 1: 50 }, 50);
  expect(await choose()).toMatchObject({ session: 4, threads: 4 });
  expect([log, known.ms]).toEqual([['open 4'], 50]);
});

it('chooseThreads uses one thread on busy cores, says why, and keeps the time that was measured on idle cores', async () => {
  const { choose, log, known } = scene({ 4: 840, 1: 430 }, 50);
  const { session, threads, note } = await choose();
  expect([session, threads, known.ms]).toEqual([1, 1, 50]);
  expect(note).toContain('one thread instead of 4');
  expect(note).toContain('840 ms on 4 threads and 430 ms on one');
  expect(log).toEqual(['open 4', 'close 4', 'open 1']);
});

it('chooseThreads uses one thread at a first visit on busy cores', async () => {
  const { choose, log, known } = scene({ 4: 840, 1: 430 });
  const { session, threads, note } = await choose();
  expect([session, threads, known.ms]).toEqual([1, 1, 430]);
  expect(note).toContain('840 ms on 4 threads and 430 ms on one');
  expect(log).toEqual(['open 1', 'close 1', 'open 4', 'close 4', 'open 1']);
});

it('chooseThreads keeps all threads if one thread on the busy cores is even slower', async () => {
  const { choose, log, known } = scene({ 4: 100, 1: 200 }, 50);
  expect(await choose()).toMatchObject({ session: 4, threads: 4, note: null });
  expect(known.ms).toBe(50);
  expect(log).toEqual(['open 4', 'close 4', 'open 1', 'close 1', 'open 4']);
});

const EVERY_CASE: readonly (readonly [paces: Paces, before: number | undefined])[] = [
  1,
  50,
  900,
  undefined,
].flatMap((before) =>
  [{ 4: 20, 1: 50 }, { 4: 840, 1: 430 }, { 4: 5 }, { 1: 5 }, {}].map((paces) => [paces, before] as const),
);

it.each(EVERY_CASE)(
  'chooseThreads never holds two copies of the model (ms by threads: %j; remembered ms: %j)',
  async (paces, before) => {
    const { choose, open, counts } = scene(paces, before);
    const { session, threads } = await choose();
    expect(counts.mostOpen).toBe(1);
    expect([...open]).toEqual([session]);
    expect(threads).toBe(session);
  },
);

it.each([undefined, 50])(
  'chooseThreads keeps all threads if the session with one thread cannot be opened (remembered ms: %j)',
  async (before) => {
    const { trial, log } = scene({ 4: 100 }, before);
    const failing: ThreadTrial<number> = {
      ...trial,
      open: async (threads) => {
        if (threads === 1) throw new Error('no memory');
        return trial.open(threads);
      },
    };
    const memory = { recall: async () => before, remember: async () => {} };
    expect(await chooseThreads(4, failing, memory)).toEqual({ session: 4, threads: 4, note: null });
    expect(log).toEqual(before === undefined ? ['open 4'] : ['open 4', 'close 4', 'open 4']);
  },
);

it('chooseThreads keeps all threads if the session with one thread cannot be opened a second time', async () => {
  const { trial, log } = scene({ 4: 840, 1: 430 });
  let opened = 0;
  const failing: ThreadTrial<number> = {
    ...trial,
    open: async (threads) => {
      if (threads === 1 && ++opened === 2) throw new Error('no memory');
      return trial.open(threads);
    },
  };
  const memory = { recall: async () => undefined, remember: async () => {} };
  expect(await chooseThreads(4, failing, memory)).toEqual({ session: 4, threads: 4, note: null });
  expect(log).toEqual(['open 1', 'close 1', 'open 4', 'close 4', 'open 4']);
});

it.each([1, 4])(
  'chooseThreads keeps all threads if the session with %i thread(s) cannot be measured',
  async (unmeasured) => {
    const { choose, log } = scene(unmeasured === 1 ? { 4: 1 } : { 1: 1 });
    expect(await choose()).toEqual({ session: 4, threads: 4, note: null });
    expect(log).toEqual(['open 1', 'close 1', 'open 4']);
  },
);
