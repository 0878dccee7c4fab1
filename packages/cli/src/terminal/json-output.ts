import { printableJson } from '@isonoise/bundle/printable';
import { interruptExitCode } from './interrupt-signals.ts';

/**
 * Verbs whose `--json` prints one line per event. If a signal stops one of them cleanly, its last event reports that.
 */
const EVENT_VERBS: readonly string[] = ['train'];

/**
 * Returns the output that `--json` in a command line requests: one document at the end, or one line per event;
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

/** Returns the document of a failed command, or the last event of one that prints events. */
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
 * Ends the process at once, with the exit code of the signal that interrupted it. With `--json`, it first
 * prints the document of a failure.
 */
export function exitInterrupted(by: NodeJS.Signals, message = 'interrupted'): never {
  exitFailed({ code: 'CLI_INTERRUPTED', message, exitCode: interruptExitCode(by) });
}

/** Like {@link exitInterrupted}, but for any failure. */
export function exitFailed(failure: Failure): never {
  const kind = jsonKind(process.argv.slice(2));
  if (kind === 'events' || (kind === 'document' && !printed)) {
    process.stdout.write(`${printableJson(JSON.stringify(failureDocument(kind, failure)))}\n`);
  }
  process.exit(failure.exitCode);
}
