import type { BenchCalls } from '../calls/bench.ts';

/** A call to the worker. */
export interface BenchMessage {
  readonly id: number;
  readonly name: keyof BenchCalls;
  readonly args: readonly unknown[];
}
export type BenchReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Error };

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let lastId = 0;

function start(): Worker {
  const started = new Worker(new URL('./bench-worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener('message', ({ data }: MessageEvent<BenchReply>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.ok) call?.resolve(data.value);
    else call?.reject(data.error);
  });
  started.addEventListener('error', ({ message }) => {
    for (const { reject } of waiting.values())
      reject(new Error(`bench: the worker crashed (${message}); expected a reply`));
    waiting.clear();
  });
  return started;
}

function ask<K extends keyof BenchCalls>(
  name: K,
  ...args: Parameters<BenchCalls[K]>
): Promise<Awaited<ReturnType<BenchCalls[K]>>> {
  worker ??= start();
  const id = lastId++;
  worker.postMessage({ id, name, args } satisfies BenchMessage);
  return new Promise((resolve, reject) => {
    // The worker replies with the result of its function `name`, which has this type.
    waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
  });
}

export const benchCalls: BenchCalls = {
  startBench: (...args) => ask('startBench', ...args),
  openGraph: (...args) => ask('openGraph', ...args),
  openEager: (...args) => ask('openEager', ...args),
  runBench: (...args) => ask('runBench', ...args),
};
