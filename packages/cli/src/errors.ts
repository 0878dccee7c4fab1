import { IsonoiseError } from '@isonoise/error';

/** How the command ends, unless a signal stops it; the help lists them, `exit-code.ts` says which error is which. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Codes of this package; docs/errors.md is made of them. */
export const ERROR_CODES = {
  CLI_USAGE: {
    meaning: 'Options contradict each other, or the files they name.',
    advice: 'Correct the option in the message; --help lists all.',
  },
  CLI_OUTPUT_EXISTS: {
    meaning: 'What is to be written exists already, or cannot be written.',
    advice: 'Choose another place, or pass the option in the message.',
  },
  CLI_ENGINE_UNAVAILABLE: {
    meaning: 'The engine or provider that was asked for is not available.',
    advice: 'Install it, or choose another one.',
  },
  CLI_TFJS_NODE_UNAVAILABLE: {
    meaning: '@tensorflow/tfjs-node is not installed, or does not load.',
    advice: 'Run pnpm setup:tfjs-node, or use the engine onnxruntime.',
  },
  CLI_UNKNOWN_FILE: {
    meaning: 'The path is not a file or folder that the command understands.',
    advice: 'Name a model, a run, an .onnx or a .safetensors file.',
  },
  CLI_VERIFY_FAILED: {
    meaning: 'The model fails its own checks.',
    advice: 'Get the model again, or export it again.',
  },
  CLI_WRITE_FAILED: {
    meaning: 'A file could not be written; what was there before is unchanged.',
    advice: 'Free space or permissions as the message says, and run the command again.',
  },
  CLI_WORKING_FOLDER_GONE: {
    meaning: 'The folder that the command was started in was removed.',
    advice: 'Change to a folder that exists, and run the command again.',
  },
  CLI_OUTPUT_LOST: {
    meaning: 'Standard output or standard error could not be written.',
    advice: 'Free space, and run the command again.',
  },
  CLI_INTERRUPTED: {
    meaning: 'The command was stopped by a signal, and left everything in order.',
    advice: 'Run it again, or resume as the message says.',
  },
  CLI_UNKNOWN: {
    meaning: 'An unexpected error without a code.',
    advice: 'Report it with the output of DEBUG=isonoise.',
  },
};

export type CliErrorCode = keyof typeof ERROR_CODES;

/** The command cannot do what was asked; the message says what was got, what is wanted and what to do. */
export class CliError extends IsonoiseError<CliErrorCode> {
  /** What `--json` prints beside the error. */
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

/** The command was stopped by a signal after it had put everything in order. */
export class Interrupted extends CliError {
  /** The signal; SIGPIPE where the reader of an output has gone. */
  readonly by: NodeJS.Signals;
  /** Whether the last event that `--json` printed says it already. */
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
