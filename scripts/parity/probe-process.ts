import { spawn } from 'node:child_process';
import { env as environment } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type PackedError, unpackError } from '@isonoise/error';
import type { NodeProviderName } from '@isonoise/runtime-node';
import type { Probe } from './probe.ts';

/** Model and provider that the process loads. */
export interface ProcessRequest {
  /** Folder of the bundle. */
  readonly model: string;
  readonly provider: NodeProviderName;
}

/** A call of a probe. */
export interface ProcessCall {
  readonly id: number;
  readonly name: keyof Probe;
  readonly args: readonly unknown[];
}

/** Outcome of a call; the outcome of loading has id -1. */
export type ProcessReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: PackedError };

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

/**
 * Loads a model in a separate process. The environment variables that choose a driver are read only once per process,
 * and a crash of the driver must not end this process.
 *
 * @param env additional environment variables
 * @throws Error if `loadModel` fails, with the code of its error
 */
export async function probeProcess(
  request: ProcessRequest,
  env: Readonly<Record<string, string>>,
): Promise<Probe> {
  const file = fileURLToPath(new URL('./probe-child.ts', import.meta.url));
  // Use tsx instead of the loader of this process, because this loader may be that of a test runner.
  const loader = ['--conditions=@isonoise/source', '--import', import.meta.resolve('tsx')];
  const child = spawn(process.execPath, [...loader, file, JSON.stringify(request)], {
    env: { ...environment, ...env },
    // Discard both outputs, because drivers and loaders print messages to them. Errors arrive as replies.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, Waiting>();
  let lastId = -1;
  const wait = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const end = (how: string): void => {
    for (const { reject } of waiting.values())
      reject(new Error(`parity: the process ${how}; expected a running process.`));
    waiting.clear();
  };
  child.on('error', (error) => end(`did not start: ${error.message}`));
  child.on('exit', (code, signal) => end(`ended with ${signal ?? `exit code ${code}`}`));
  child.on('message', (reply: ProcessReply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) call?.resolve(reply.value);
    else call?.reject(unpackError(reply.error));
  });

  try {
    await wait(lastId);
  } catch (error) {
    child.kill();
    throw error;
  }

  async function call<K extends keyof Probe>(
    name: K,
    ...args: Parameters<Probe[K]>
  ): Promise<Awaited<ReturnType<Probe[K]>>> {
    const id = ++lastId;
    child.send({ id, name, args } satisfies ProcessCall);
    // The child calls the probe's method of this name.
    return (await wait(id)) as Awaited<ReturnType<Probe[K]>>;
  }
  return {
    noise: (...args) => call('noise', ...args),
    verify: () => call('verify'),
    predict: (...args) => call('predict', ...args),
    draw: (...args) => call('draw', ...args),
    async close() {
      await call('close');
      child.kill();
    },
  };
}
