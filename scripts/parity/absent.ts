/** A runtime is not there: no such device, driver, library or browser. Anything else that fails is an error. */
export class RuntimeAbsentError extends Error {
  override readonly name = 'RuntimeAbsentError';
  readonly code = 'RUNTIME_ABSENT';
}

/** Codes of errors that say so. */
const CODES: readonly unknown[] = ['RUNTIME_PROVIDER', 'CHROMIUM_MISSING', 'RUNTIME_ABSENT'];

/** @returns the reason where `error` says that a runtime is not there, on one line; else undefined */
export function reasonOfAbsence(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && CODES.includes(error.code))) return undefined;
  return error.message.trim().replaceAll(/\s+/g, ' ');
}
