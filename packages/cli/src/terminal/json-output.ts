import { printableJson } from '@isonoise/error';
import { interruptExitCode } from './interrupt-signals.ts';

/**
 * Verbs that print one line per event with `--json`. If a signal stops such a verb cleanly, the last event
 * reports it.
 */
const EVENT_VERBS: readonly string[] = ['train'];

/**
 * Returns the kind of output that `--json` requests: one document at the end, or one line per event. Returns
 * null without `--json`.
 */
export function jsonKind(args: readonly string[]): 'document' | 'events' | null {
  if (!args.includes('--json')) return null;
  return EVENT_VERBS.includes(args[0] ?? '') ? 'events' : 'document';
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
}

/** Returns the JSON document of a failed command. For a command that prints events, it is the last event. */
export function failureDocument(
  kind: 'document' | 'events',
  error: Failure,
  document: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const type = kind === 'events' ? { type: 'failed' } : {};
  return { ...type, ...document, ok: false, error };
}

let printed = false;

/** Records that JSON was written to standard output. */
export function jsonPrinted(): void {
  printed = true;
}

/**
 * Ends the process at once, with the exit code of the signal that interrupted the process. With `--json`, prints the
 * failure first, unless the command has already printed its document.
 */
export function exitInterrupted(by: NodeJS.Signals, message = 'interrupted'): never {
  exitFailed({ code: 'CLI_INTERRUPTED', message, exitCode: interruptExitCode(by) });
}

/**
 * Ends the process at once with the exit code of a failure. With `--json`, prints the failure first, unless the command
 * has already printed its document.
 */
export function exitFailed(failure: Failure): never {
  const kind = jsonKind(process.argv.slice(2));
  if (kind === 'events' || (kind === 'document' && !printed)) {
    process.stdout.write(`${printableJson(JSON.stringify(failureDocument(kind, failure)))}\n`);
  }
  process.exit(failure.exitCode);
}
