import { Worker } from 'node:worker_threads';
import type { FuzzTarget } from './target.ts';

/** Time limit per input, far longer than any input takes on a slow machine. */
const LONGEST_SECONDS = 60;

/**
 * Script of a thread that limits the time of an input, because an endless loop blocks the main thread. The shared
 * memory holds two integers: the seed, and the number of the running input, or 0 if none runs.
 */
const WATCHER = `
const { workerData: { name, shared, longest } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
let tick = -1, since = Date.now();
setInterval(() => {
  const now = Atomics.load(shared, 1);
  if (now === 0 || now !== tick) { tick = now; since = Date.now(); return; }
  if (Date.now() - since < longest * 1000) return;
  writeSync(2, '\\npnpm fuzz ' + name + ' --seed ' + Atomics.load(shared, 0) + ' --count 1\\nhangs: no result within ' + longest + ' s\\n');
  process.kill(process.pid, 'SIGKILL');
}, 500);
`;

/**
 * Wraps a target. If an input hangs, its seed is printed and the process is killed.
 *
 * @param longest time limit of an input, in seconds
 */
export function watched(name: string, target: FuzzTarget, longest: number = LONGEST_SECONDS): FuzzTarget {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const watcher = new Worker(WATCHER, { eval: true, execArgv: [], workerData: { name, shared, longest } });
  watcher.unref();
  let ticks = 0;
  return {
    ...target,
    async tryOne(seed) {
      Atomics.store(shared, 0, seed);
      Atomics.store(shared, 1, ++ticks);
      try {
        return await target.tryOne(seed);
      } finally {
        Atomics.store(shared, 1, 0);
      }
    },
  };
}
