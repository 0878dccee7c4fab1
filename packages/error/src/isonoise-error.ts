/** Marks our errors. The symbol is global, because a program may contain several copies of this package. */
const BRAND = Symbol.for('isonoise.error');

/** Maximum length of a word in a message, in characters. Names in hostile files can have millions of characters. */
const MAX_WORD = 1000;
/** Maximum length of a message, in characters. */
const MAX_MESSAGE = 20_000;

/** Number of characters at the end of a long message that are kept: what was expected and what to do. */
const END_OF_MESSAGE = 2000;
/** A space. A regular expression is not used for long words, because it would overflow the stack at several million characters. */
const SPACE = /\s/g;

/** Shortens words and messages that are too long to read. */
function shortened(message: string): string {
  if (message.length <= MAX_WORD) return message;
  const text = withShortWords(message);
  return text.length <= MAX_MESSAGE
    ? text
    : `${text.slice(0, MAX_MESSAGE - END_OF_MESSAGE)} … ${text.slice(-END_OF_MESSAGE)}`;
}

function withShortWords(message: string): string {
  const parts: string[] = [];
  let done = 0;
  let start = 0;
  const endWord = (end: number): void => {
    if (end - start > MAX_WORD) {
      parts.push(message.slice(done, start + MAX_WORD / 4), `… (${end - start} characters)`);
      done = end;
    }
  };
  for (const { index } of message.matchAll(SPACE)) {
    endWord(index);
    start = index + 1;
  }
  endWord(message.length);
  return parts.join('') + message.slice(done);
}

/**
 * An error that isonoise throws deliberately. The message says what was found, what was expected and what to do. Words
 * of more than 1,000 characters and messages of more than 20,000 characters are shortened; the end of a message is
 * kept.
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
