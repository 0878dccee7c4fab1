import { expect, it } from 'vitest';
import { chooseThreads, type ThreadTrial } from './choose-threads.ts';

/** Milliseconds of a call, by number of threads. */
type Paces = Readonly<Record<number, number>>;

/** Sessions are numbers of threads. A clock that only the calls advance measures them. */
function scene(paces: Paces, before?: number) {
  let now = 0;
  const log: string[] = [];
  const known = { ms: before };
  const trial: ThreadTrial<number> = {
    async open(threads) {
      log.push(`open ${threads}`);
      return threads;
    },
    async close(threads) {
      log.push(`close ${threads}`);
    },
    async measure(threads) {
      const began = now;
      now += paces[threads] ?? Number.NaN;
      return now - began;
    },
  };
  const memory = {
    recall: async () => known.ms,
    async remember(ms: number) {
      known.ms = ms;
    },
  };
  return { choose: () => chooseThreads(4, trial, memory), log, known };
}

it('chooseThreads measures both at the first visit, and remembers the pace of one thread', async () => {
  const { choose, log, known } = scene({ 4: 20, 1: 50 });
  expect(await choose()).toEqual({ session: 4, threads: 4, note: null });
  expect([log, known.ms]).toEqual([['open 4', 'open 1', 'close 1'], 50]);
});

it('chooseThreads opens only one session if it is as fast as one thread was', async () => {
  const { choose, log, known } = scene({ 4: 20, 1: 50 }, 50);
  expect(await choose()).toMatchObject({ session: 4, threads: 4 });
  expect([log, known.ms]).toEqual([['open 4'], 50]);
});

it('chooseThreads uses one thread on busy cores, says why, and keeps the pace of a quiet machine', async () => {
  const { choose, log, known } = scene({ 4: 840, 1: 430 }, 50);
  const { session, threads, note } = await choose();
  expect([session, threads, known.ms]).toEqual([1, 1, 50]);
  expect(note).toContain('one thread instead of 4');
  expect(note).toContain('840 ms on 4 threads and 430 ms on one');
  expect(log).toEqual(['open 4', 'open 1', 'close 4']);
});

it('chooseThreads keeps all threads if busy cores slow down one thread as much', async () => {
  const { choose, known } = scene({ 4: 100, 1: 200 }, 50);
  expect(await choose()).toMatchObject({ threads: 4, note: null });
  expect(known.ms).toBe(50);
});

it.each([1, 4])('chooseThreads keeps all threads if %i cannot be measured', async (unmeasured) => {
  const log: string[] = [];
  const failing: ThreadTrial<number> = {
    open: async (threads) => threads,
    close: async (threads) => void log.push(`close ${threads}`),
    measure: async (threads) => {
      if (threads === unmeasured) throw new Error('too slow');
      return 1;
    },
  };
  const memory = { recall: async () => undefined, remember: async () => {} };
  expect(await chooseThreads(4, failing, memory)).toEqual({ session: 4, threads: 4, note: null });
  expect(log).toEqual(unmeasured === 1 ? ['close 1'] : []);
});
