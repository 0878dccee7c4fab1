// Runs commands for scripts: shows their output, passes signals on, and returns exit codes as shells do.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import process from 'node:process';

/**
 * Runs a command and waits until it ends, even after a signal, because the command may have work to save. A terminal
 * sends Ctrl-C to the command itself. SIGTERM and SIGHUP may reach only this process, so they are passed on.
 *
 * @returns the exit code of the command, or 128 + the number of the signal that ended it
 */
export async function runCommand(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const ignore = () => {};
  const passOn = (name) => child.kill(name);
  process.on('SIGINT', ignore);
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, passOn);
  try {
    const [code, signal] = await once(child, 'exit');
    return code ?? 128 + constants.signals[signal];
  } finally {
    process.off('SIGINT', ignore);
    for (const name of ['SIGTERM', 'SIGHUP']) process.off(name, passOn);
  }
}
