import { setTimeout } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { CliError, EXIT } from '../errors.ts';
import { INTERRUPTS, interruptExitCode } from './interrupt-signals.ts';
import { exitFailed, exitInterrupted } from './json-output.ts';

/** Long enough for a signal that has arrived to be handled, too short to be noticed. */
const PENDING_MS = 100;

/** Codes of writes to a reader that has ended (`| head -1`) or a terminal that was closed. */
const READER_GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

let failure: Error | null = null;
let hungUp = false;

/**
 * Decides what signals and a lost output do to the process. A command that listens for interrupts stops in its own way;
 * any other ends at once, with the code of the signal.
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
      // Each later write fails too.
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
 * Ends the process by SIGHUP itself where its terminal was closed: to exit, Node restores the mode of the terminal, and
 * aborts when the terminal is gone. Shells report 129 either way.
 */
function endByHangup(): void {
  // Asked now: a terminal that is gone does not answer.
  if (![0, 1, 2].some((fd) => isatty(fd))) return;
  process.on('exit', () => {
    if (!hungUp) return;
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}

/** As if the terminal had been closed; quietly, because nobody reads what is written now. Node ignores SIGPIPE itself. */
function stop(stream: NodeJS.WriteStream): void {
  if (process.listenerCount('SIGHUP') > 1) {
    // Listeners take the name of the cause from the argument.
    process.emit('SIGHUP', 'SIGPIPE');
    return;
  }
  if (failure !== null) {
    process.stderr.write(`error CLI_OUTPUT_LOST: ${failure.message}\n`);
    exitFailed({ code: 'CLI_OUTPUT_LOST', message: failure.message, exitCode: EXIT.failed });
  }
  if (stream === process.stdout) process.exit(interruptExitCode('SIGPIPE'));
  exitInterrupted('SIGPIPE', 'the reader of standard error has gone');
}

/** The reader is there, but what was written could not be kept: the command failed, also where it ends in order. */
function outputLost(what: string, cause: Error): Error {
  const message = `${what}: ${cause.message}; what was written there is incomplete. Free space and run the command again.`;
  return new CliError('CLI_OUTPUT_LOST', message, { cause });
}

/** The first failure to write output, other than to a reader that has ended. */
export function outputFailure(): Error | null {
  return failure;
}

/**
 * Waits for signals that have arrived to be handled. Ctrl-C reaches the helpers of a process together with it: what
 * fails because a helper ended may be seen before the signal is.
 */
export function pendingSignals(): Promise<void> {
  return setTimeout(PENDING_MS);
}
