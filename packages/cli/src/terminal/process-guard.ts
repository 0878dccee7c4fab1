import { setTimeout } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { CliError, EXIT } from '../errors.ts';
import { INTERRUPTS, interruptExitCode } from './interrupt-signals.ts';
import { exitFailed, exitInterrupted } from './json-output.ts';

/** Time for pending signal handlers to run, in milliseconds. Users do not notice this delay. */
const PENDING_MS = 100;

/** Error codes of a write to a closed terminal, or to a pipe whose reader has ended (`| head -1`). */
const READER_GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

let failure: Error | null = null;
let hungUp = false;

/**
 * Handles signals and lost outputs of the process. A command that listens for interrupts stops by itself.
 * Other commands end at once, with the exit code of the signal.
 */
export function guardProcess(): void {
  for (const name of INTERRUPTS) {
    process.on(name, () => {
      if (name === 'SIGHUP') hungUp = true;
      if (process.listenerCount(name) > 1) return;
      process.stderr.write('interrupted\n');
      exitInterrupted(name);
    });
  }
  endByHangup();
  for (const stream of [process.stdout, process.stderr]) {
    let lost = false;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Handle only the first failure of a stream, because all later writes fail too.
      if (lost) return;
      lost = true;
      if (!READER_GONE.has(error.code)) {
        failure ??= outputLost(stream === process.stdout ? 'standard output' : 'standard error', error);
      }
      stop(stream);
    });
  }
}

/**
 * Ends the process by SIGHUP if its terminal was closed. Otherwise, Node would abort at exit, because it
 * cannot restore the mode of the closed terminal. Shells then report 129, the exit code of SIGHUP.
 */
function endByHangup(): void {
  // Check at the start, because isatty does not recognize a closed terminal.
  if (![0, 1, 2].some((fd) => isatty(fd))) return;
  process.on('exit', () => {
    if (!hungUp) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}

/** Stops the command as if the terminal had been closed. This is needed because Node ignores SIGPIPE. */
function stop(stream: NodeJS.WriteStream): void {
  if (process.listenerCount('SIGHUP') > 1) {
    // The second argument is the cause of the signal.
    process.emit('SIGHUP', 'SIGPIPE');
    return;
  }
  if (failure !== null) {
    process.stderr.write(`error CLI_OUTPUT_LOST: ${failure.message}\n`);
    exitFailed({ code: 'CLI_OUTPUT_LOST', message: failure.message, exitCode: EXIT.failed });
  }
  if (stream === process.stdout) process.exit(interruptExitCode('SIGPIPE'));
  exitInterrupted('SIGPIPE', 'the reader of standard error closed it');
}

/**
 * Creates the error for output that was lost although its reader had not ended. A command that lost output
 * fails even if it ends cleanly.
 */
function outputLost(what: string, cause: Error): Error {
  const message = `${what}: ${cause.message}; the output is incomplete. Free disk space and run the command again.`;
  return new CliError('CLI_OUTPUT_LOST', message, { cause });
}

/**
 * Returns the error of the first failed write, apart from writes to a reader that has ended; null if there is
 * none.
 */
export function outputFailure(): Error | null {
  return failure;
}

/**
 * Waits until all pending signals are handled. Ctrl-C also reaches child processes, so the error of a child
 * that has ended may arrive before the signal.
 */
export function pendingSignals(): Promise<void> {
  return setTimeout(PENDING_MS);
}
