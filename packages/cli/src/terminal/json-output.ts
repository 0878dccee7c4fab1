import { printableJson } from '@isonoise/bundle/printable';
import { interruptExitCode } from './interrupt-signals.ts';

/** Verbs whose `--json` is a line for each event: they report their own end where they stop in order. */
const EVENT_VERBS: readonly string[] = ['train'];

/** What `--json` of a command line asks for: one document at the end, or a line for each event; null without it. */
export function jsonKind(args: readonly string[]): 'document' | 'events' | null {
  if (!args.includes('--json')) return null;
  return EVENT_VERBS.includes(args[0] ?? '') ? 'events' : 'document';
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
}

/** The one document of a command that failed, or the last of one that printed events. */
export function failureDocument(
  kind: 'document' | 'events',
  error: Failure,
  document: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const type = kind === 'events' ? { type: 'failed' } : {};
  return { ...type, ...document, ok: false, error };
}

let printed = false;

/** Called with each value that goes to standard output as JSON. */
export function jsonPrinted(): void {
  printed = true;
}

/**
 * Ends the process at once, with the code of the signal that interrupted it. With `--json`, standard output gets the
 * document that the command owes.
 */
export function exitInterrupted(by: NodeJS.Signals, message = 'interrupted'): never {
  exitFailed({ code: 'CLI_INTERRUPTED', message, exitCode: interruptExitCode(by) });
}

/** Ends the process at once, as {@link exitInterrupted} does, for any failure. */
export function exitFailed(failure: Failure): never {
  const kind = jsonKind(process.argv.slice(2));
  if (kind === 'events' || (kind === 'document' && !printed)) {
    process.stdout.write(`${printableJson(JSON.stringify(failureDocument(kind, failure)))}\n`);
  }
  process.exit(failure.exitCode);
}
