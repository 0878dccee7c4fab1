import { setImmediate as settled } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { MemoryTurns, type TakenMemory } from './memory-turns.ts';

it('work waits until memory is free, and starts in the order of the calls', async () => {
  const turns = new MemoryTurns(10);
  const entered: string[] = [];
  const take = async (name: string, bytes: number): Promise<TakenMemory> => {
    const taken = await turns.take(bytes);
    entered.push(name);
    return taken;
  };
  const [a, b] = await Promise.all([take('a', 6), take('b', 4)]);
  const [c, d] = [take('c', 5), take('d', 1)];
  b.free();
  await settled();
  // There is room for d, but c came before it.
  expect(entered).toEqual(['a', 'b']);
  a.free();
  await Promise.all([c, d]);
  expect(entered).toEqual(['a', 'b', 'c', 'd']);
});

it('work that takes more memory than the limit runs alone', async () => {
  const turns = new MemoryTurns(10);
  const small = await turns.take(1);
  let isIn = false;
  const large = turns.take(1000).then((taken) => {
    isIn = true;
    return taken;
  });
  const last = turns.take(0.5);
  await settled();
  expect(isIn).toBe(false);
  small.free();
  (await large).free();
  (await last).free();
  expect(isIn).toBe(true);
});

it('work that frees a part of its memory lets waiting work start', async () => {
  const turns = new MemoryTurns(10);
  const first = await turns.take(10);
  let isIn = false;
  const second = turns.take(7).then((taken) => {
    isIn = true;
    return taken;
  });
  first.keep(4);
  await settled();
  expect(isIn).toBe(false);
  first.keep(3);
  (await second).free();
  // Memory that was kept stays taken until it is freed.
  const third = turns.take(8).then(() => true);
  expect(await Promise.race([third, settled(false)])).toBe(false);
  first.free();
  expect(await third).toBe(true);
});

it('work that is aborted while it waits gives up its place', async () => {
  const turns = new MemoryTurns(10);
  const first = await turns.take(6);
  const gone = new AbortController();
  const second = turns.take(10, gone.signal);
  const third = turns.take(4, AbortSignal.any([]));
  gone.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  await expect(turns.take(1, gone.signal)).rejects.toThrow('gone');
  (await third).free();
  first.free();
  (await turns.take(10)).free();
});
