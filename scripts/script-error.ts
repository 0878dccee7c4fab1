import { IsonoiseError } from '@isonoise/error';

/** Codes of the repository's commands. Only the codes of packages are listed in docs/errors.md. */
type ScriptErrorCode =
  | `${'BENCH' | 'CHAOS' | 'CONSUMERS' | 'EXAMPLES' | 'FUZZ' | 'GPU_CHECK' | 'PARITY' | 'PICTURES' | 'RELEASE' | 'FEATURES' | 'SITE'}_USAGE`
  | `CONSUMERS_${'NOT_BUILT' | 'COMMAND' | 'PAGE' | 'UNEXPECTED'}`
  | `RELEASE_${'CHANGESET' | 'CHANGELOG' | 'NOTHING' | 'VERSIONS' | 'CONDITIONS' | 'PROBLEMS' | 'COMMAND'}`
  | `EXAMPLES_${'COMMAND' | 'DIFFERENCE'}`
  /** A data set cannot judge a model's images. */
  | 'BENCH_JUDGE'
  /** An input revealed a fault of a parser; see `attempt`. */
  | 'FUZZ_FINDING'
  /** Python is missing or fails, or its results differ from ours. */
  | 'BENCH_PYTHON'
  /** A command that trains or judges a recipe failed. */
  | 'BENCH_CELL'
  /** The file of a report lacks the markers around the report. */
  | 'BENCH_REPORT_FILE'
  /** The images or the answers do not fit the quiz. */
  | 'PICTURES_TAGS'
  | 'PICTURES_ANSWERS'
  /** A runtime is missing: its device, driver, library or browser. */
  | 'PARITY_ABSENT'
  /** Chromium is not installed, or does not exist at `CHROMIUM_PATH`. */
  | 'LAB_CHROMIUM_MISSING';

/** Creates an error of a command of this repository. */
export function scriptError(
  code: ScriptErrorCode,
  message: string,
  options?: ErrorOptions,
): IsonoiseError<ScriptErrorCode> {
  return new IsonoiseError(code, message, options);
}
