/** How the command ends, unless a signal stops it; the help lists them, `exit-code.ts` says which error is which. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

export type CliErrorCode =
  /** Options that contradict each other or the files they name. */
  | 'USAGE'
  /** What is to be written exists already. */
  | 'OUTPUT_EXISTS'
  /** The engine or provider that was asked for cannot be had. */
  | 'ENGINE_UNAVAILABLE'
  /** A file that is none of those this command understands. */
  | 'UNKNOWN_FILE'
  /** The folder that the command was started in was removed. */
  | 'WORKING_FOLDER_GONE'
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
  /** The signal; SIGPIPE where the reader of an output has gone. */
  readonly by: NodeJS.Signals;
  /** What `--json` prints beside the message. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Whether the last event that `--json` printed says it already. */
  readonly reported: boolean;

  constructor(
    message: string,
    by: NodeJS.Signals,
    { document = {}, reported = false, ...options }: InterruptedOptions = {},
  ) {
    super(message, options);
    this.by = by;
    this.document = document;
    this.reported = reported;
  }
}
