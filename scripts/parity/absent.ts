import { codeOf } from '@isonoise/error';

/** Codes of the errors that are thrown if a runtime is missing. */
const CODES: readonly unknown[] = ['RUNTIME_PROVIDER', 'LAB_CHROMIUM_MISSING', 'PARITY_ABSENT'];

/** Returns why a runtime is missing, on one line; undefined if `error` has a different cause. */
export function reasonOfAbsence(error: unknown): string | undefined {
  if (!(error instanceof Error) || !CODES.includes(codeOf(error))) return undefined;
  return error.message.trim().replaceAll(/\s+/g, ' ');
}
