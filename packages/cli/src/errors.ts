import { IsonoiseError } from '@isonoise/error';

/** Exit codes of commands that are not stopped by a signal. `exit-code.ts` maps errors to them. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/**
 * Error codes of this package. docs/errors.md is generated from this table and the tables of the other
 * packages.
 */
export const ERROR_CODES = {
  CLI_USAGE: {
    meaning: 'Options contradict each other, or do not fit the files that they name.',
    advice: 'Correct the option named in the message; --help lists all options.',
  },
  CLI_OUTPUT_EXISTS: {
    meaning: 'The output exists already, or cannot be written.',
    advice: 'Choose a different path, or pass the option named in the message.',
  },
  CLI_ENGINE_UNAVAILABLE: {
    meaning: 'The requested engine or provider, @tensorflow/tfjs-node or redis-server is not available.',
    advice: 'Install it as the message says, or choose a different engine, provider or server.',
  },
  CLI_UNKNOWN_FILE: {
    meaning: 'The path is not a file or folder that the command understands.',
    advice: 'Name a model, a run, an .onnx, a .safetensors or a drawn .png file.',
  },
  CLI_VERIFY_FAILED: {
    meaning: 'The model fails its own checks.',
    advice: 'Download or export the model again.',
  },
  CLI_WRITE_FAILED: {
    meaning: 'A file could not be written. The message says whether other files were changed.',
    advice: 'Free disk space or correct the permissions, as the message says; then run the command again.',
  },
  CLI_PULL_FETCH: {
    meaning: 'A file of a model could not be downloaded.',
    advice: 'Check the address and the network. Run the command again to resume.',
  },
  CLI_PULL_DIFFERS: {
    meaning: 'The length or SHA-256 of a downloaded file is not as expected.',
    advice: 'Run the command again. If the file still differs, ask the owner of the model.',
  },
  CLI_PULL_LIMIT: {
    meaning: 'A model on a server is larger than the limit.',
    advice: 'Raise the limit with --most-gigabytes, or check the address.',
  },
  CLI_WORKING_FOLDER_GONE: {
    meaning: 'The working folder was removed.',
    advice: 'Change to a folder that exists, and run the command again.',
  },
  CLI_OUTPUT_LOST: {
    meaning: 'Standard output or standard error could not be written.',
    advice: 'Free disk space, and run the command again.',
  },
  CLI_INTERRUPTED: {
    meaning: 'A signal stopped the command, which ended cleanly.',
    advice: 'Run the command again, or resume it as the message says.',
  },
  CLI_UNKNOWN: {
    meaning: 'An unexpected error without a code occurred.',
    advice: 'Report it with the output of DEBUG=isonoise.',
  },
};

export type CliErrorCode = keyof typeof ERROR_CODES;

/**
 * Error of a command that cannot do what was requested. The message says what was found, what was expected and what
 * to do.
 */
export class CliError extends IsonoiseError<CliErrorCode> {
  /** Further fields of the JSON document that `--json` prints. */
  readonly document: Readonly<Record<string, unknown>>;

  constructor(
    code: CliErrorCode,
    message: string,
    { document = {}, ...options }: ErrorOptions & Partial<Pick<CliError, 'document'>> = {},
  ) {
    super(code, message, options);
    this.document = document;
  }
}

interface InterruptedOptions extends ErrorOptions, Partial<Pick<Interrupted, 'document' | 'reported'>> {}

/** Error of a command that a signal stopped, and that ended cleanly. */
export class Interrupted extends CliError {
  /** The signal that stopped the command. It is SIGPIPE if the reader of an output closed the pipe. */
  readonly by: NodeJS.Signals;
  /** Whether the command has already printed the interruption as its last event of `--json`. */
  readonly reported: boolean;

  constructor(
    message: string,
    by: NodeJS.Signals,
    { reported = false, ...options }: InterruptedOptions = {},
  ) {
    super('CLI_INTERRUPTED', message, options);
    this.by = by;
    this.reported = reported;
  }
}
