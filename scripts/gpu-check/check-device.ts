import { fork } from 'node:child_process';
import type { NodeProviderName } from '@isonoise/runtime/provider-names';
import type { Device } from './devices.ts';
import type { Outcome, Results } from './judge.ts';

/** Argument that makes the script check one device, as a child process. */
export const CHILD_FLAG = '--run-device';

/** Message that the process of a device sends at its end. */
export type DeviceReply = { readonly results: Results } | { readonly error: string };

/** Request to the process of a device; see `runDevice`. */
export interface DeviceTask {
  readonly provider: NodeProviderName;
  readonly model: string;
}

/**
 * Checks a device in a separate process, because drivers read the environment once and a crash must not end the check.
 *
 * @param script path of the script of this command, which also runs as the child
 * @param limitMs time after which the process is stopped
 */
export function checkDevice(
  device: Device,
  { script, model, limitMs }: { script: string; model: string; limitMs: number },
): Promise<Outcome> {
  const { name, provider, env } = device;
  const absent = device.missing();
  if (absent !== undefined) return Promise.resolve({ name, absent });
  const task: DeviceTask = { provider, model };
  const child = fork(script, [CHILD_FLAG, JSON.stringify(task)], {
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  return new Promise((resolve) => {
    let reply: DeviceReply | undefined;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, limitMs);
    child.on('message', (message: DeviceReply) => {
      reply = message;
    });
    child.on('error', ({ message }) => {
      reply = { error: `the process did not start: ${message}` };
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (isLate) resolve({ name, failed: `stopped after ${limitMs / 1000} seconds` });
      else if (reply === undefined)
        resolve({ name, failed: `the process ended with ${signal ?? `code ${code}`}` });
      else if ('error' in reply) resolve({ name, failed: reply.error });
      else resolve({ name, results: reply.results, ...(device.software === true ? { software: true } : {}) });
    });
  });
}
