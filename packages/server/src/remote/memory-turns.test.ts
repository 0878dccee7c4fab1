import { setImmediate as settled } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { MemoryTurns } from './memory-turns.ts';

it('work waits while the memory is taken, in the order of the calls', async () => {
  const turns = new MemoryTurns(10);
  const entered: string[] = [];
  const take = async (name: string, bytes: number): Promise<() => void> => {
    const free = await turns.take(bytes);
    entered.push(name);
    return free;
  };
  const [a, b] = await Promise.all([take('a', 6), take('b', 4)]);
  const [c, d] = [take('c', 5), take('d', 1)];
  b();
  await settled();
  // There is room for d, but c came before it.
  expect(entered).toEqual(['a', 'b']);
  a();
  await Promise.all([c, d]);
  expect(entered).toEqual(['a', 'b', 'c', 'd']);
});

it('work that needs more than the limit is done alone', async () => {
  const turns = new MemoryTurns(10);
  const small = await turns.take(1);
  let isIn = false;
  const large = turns.take(1000).then((free) => {
    isIn = true;
    return free;
  });
  const last = turns.take(0.5);
  await settled();
  expect(isIn).toBe(false);
  small();
  (await large)();
  (await last)();
  expect(isIn).toBe(true);
});
