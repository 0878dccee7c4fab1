/** A runtime is missing: its device, driver, library or browser. Any other failure is an error. */
export class RuntimeAbsentError extends Error {
  override readonly name = 'RuntimeAbsentError';
  readonly code = 'RUNTIME_ABSENT';
}

/** Codes of errors that mean a missing runtime. */
const CODES: readonly unknown[] = ['RUNTIME_PROVIDER', 'CHROMIUM_MISSING', 'RUNTIME_ABSENT'];

/** Returns why a runtime is missing, on one line; undefined if `error` does not mean that. */
export function reasonOfAbsence(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && CODES.includes(error.code))) return undefined;
  return error.message.trim().replaceAll(/\s+/g, ' ');
}
