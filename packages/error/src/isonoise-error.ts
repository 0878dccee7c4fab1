/** In the registry of all realms and copies: a page may hold one copy in its bundle and another in a worker's. */
const BRAND = Symbol.for('isonoise.error');

/** Every error that isonoise throws on purpose; the message says what was found, what was expected and what to do. */
export class IsonoiseError<Code extends string = string> extends Error {
  /** Stable, for programs; docs/errors.md lists all codes. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    // Not enumerable: `console.log(error)` shows the code and the fields only.
    Object.defineProperty(this, 'name', { value: 'IsonoiseError', configurable: true, writable: true });
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Whether isonoise threw this on purpose. Unlike `instanceof`, it is also true for an error that another copy of this
 * package made. Errors of Node and of other libraries have codes too, but not the brand.
 */
export function isIsonoiseError(error: unknown): error is IsonoiseError {
  return error instanceof Error && BRAND in error;
}
