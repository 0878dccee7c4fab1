/** How the command ends; the help lists them. */
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

  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The command was stopped by a signal after it had put everything in order. */
export class Interrupted extends Error {
  override readonly name: string = 'Interrupted';
  readonly code: string = 'INTERRUPTED';
}
