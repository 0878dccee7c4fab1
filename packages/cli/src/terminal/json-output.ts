import { printableJson } from '@isonoise/bundle/printable';
import { interruptExitCode } from './interrupt-signals.ts';

/**
 * Verbs whose `--json` prints one line per event. If a signal stops such a verb cleanly, the last event says so.
 */
const EVENT_VERBS: readonly string[] = ['train'];

/**
 * Returns what `--json` prints for a command line: one document at the end, or one line per event. Returns null
 * without `--json`.
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

/** Returns the document of a failed command; if the command prints events, its last event. */
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
 * Ends the process at once, with the exit code of the signal that interrupted it. With `--json`, prints the failure
 * first.
 */
export function exitInterrupted(by: NodeJS.Signals, message = 'interrupted'): never {
  exitFailed({ code: 'CLI_INTERRUPTED', message, exitCode: interruptExitCode(by) });
}

/** Ends the process at once, like {@link exitInterrupted}, but for any failure. */
export function exitFailed(failure: Failure): never {
  const kind = jsonKind(process.argv.slice(2));
  if (kind === 'events' || (kind === 'document' && !printed)) {
    process.stdout.write(`${printableJson(JSON.stringify(failureDocument(kind, failure)))}\n`);
  }
  process.exit(failure.exitCode);
}
