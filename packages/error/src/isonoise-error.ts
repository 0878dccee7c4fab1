/** Marks our errors. Registered globally, because a program may contain several copies of this package. */
const BRAND = Symbol.for('isonoise.error');

/**
 * Error that isonoise throws on purpose. The message says what was found, what was expected and what to do.
 */
export class IsonoiseError<Code extends string = string> extends Error {
  /** Stable code, for programs; docs/errors.md lists all codes. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    // These properties are not enumerable, so that `console.log(error)` shows only the code and other fields.
    Object.defineProperty(this, 'name', { value: 'IsonoiseError', configurable: true, writable: true });
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Returns whether isonoise threw this error on purpose. Unlike `instanceof`, it recognises errors made by
 * another copy of this package. Errors of Node and other libraries may have codes, but not the brand.
 */
export function isIsonoiseError(error: unknown): error is IsonoiseError {
  return error instanceof Error && BRAND in error;
}
