import { printableJson } from '@isonoise/bundle/printable';
import { EXIT } from '../cli-error.ts';

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
 * Ends the process at once, with the code for "interrupted". With `--json`, standard output gets the document that the
 * command owes.
 */
export function exitInterrupted(message = 'interrupted'): never {
  const kind = jsonKind(process.argv.slice(2));
  if (kind === 'events' || (kind === 'document' && !printed)) {
    const failure = { code: 'INTERRUPTED', message, exitCode: EXIT.interrupted };
    process.stdout.write(`${printableJson(JSON.stringify(failureDocument(kind, failure)))}\n`);
  }
  process.exit(EXIT.interrupted);
}
