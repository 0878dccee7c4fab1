/** Marks our errors. The symbol is global, because a program may contain several copies of this package. */
const BRAND = Symbol.for('isonoise.error');

/** Maximum length of a word in a message, in characters. Names in hostile files can have millions. */
const MAX_WORD = 1000;
/** Maximum length of a message, in characters. */
const MAX_MESSAGE = 20_000;

/** Shortens words and messages that are too long to read. */
function shortened(message: string): string {
  if (message.length <= MAX_WORD) return message;
  const words = message.replace(
    /\S{1001,}/g,
    (word) => `${word.slice(0, MAX_WORD / 4)}… (${word.length} characters)`,
  );
  return words.length <= MAX_MESSAGE ? words : `${words.slice(0, MAX_MESSAGE)}…`;
}

/**
 * An error that isonoise throws deliberately. The message says what was found, what was expected and what to do. Words
 * of more than 1,000 characters and messages of more than 20,000 are shortened.
 */
export class IsonoiseError<Code extends string = string> extends Error {
  /** Stable code, for programs; docs/errors.md lists all codes. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(shortened(message), options);
    this.code = code;
    // These properties are not enumerable, so that `console.log(error)` shows only the code and other fields.
    Object.defineProperty(this, 'name', { value: 'IsonoiseError', configurable: true, writable: true });
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Whether isonoise threw this error deliberately. Unlike `instanceof`, it recognises errors from a different copy
 * of this package. Errors of Node and other libraries may have codes, but not this brand.
 */
export function isIsonoiseError(error: unknown): error is IsonoiseError {
  return error instanceof Error && BRAND in error;
}
