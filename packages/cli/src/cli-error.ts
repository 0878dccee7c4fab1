/** How the command ends; the help lists them, `exit-code.ts` says which error is which. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export type CliErrorCode =
  /** Options that contradict each other or the files they name. */
  | 'USAGE'
  /** What is to be written exists already. */
  | 'OUTPUT_EXISTS'
  /** The engine or provider that was asked for cannot be had. */
  | 'ENGINE_UNAVAILABLE'
  /** A file that is none of those this command understands. */
  | 'UNKNOWN_FILE'
  /** A bundle that fails its own checks. */
  | 'VERIFY_FAILED';

/** The command cannot do what was asked; the message says what was got, what is wanted and what to do. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  readonly code: CliErrorCode;
  /** What `--json` prints beside the error. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(
    code: CliErrorCode,
    message: string,
    { document = {}, ...options }: ErrorOptions & Partial<Pick<CliError, 'document'>> = {},
  ) {
    super(message, options);
    this.code = code;
    this.document = document;
  }
}

interface InterruptedOptions extends ErrorOptions, Partial<Pick<Interrupted, 'document' | 'reported'>> {}

/** The command was stopped by a signal after it had put everything in order. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted';
  readonly code: string = 'INTERRUPTED';
  /** What `--json` prints beside the message. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Whether the last event that `--json` printed says it already. */
  readonly reported: boolean;

  constructor(message: string, { document = {}, reported = false, ...options }: InterruptedOptions = {}) {
    super(message, options);
    this.document = document;
    this.reported = reported;
  }
}
