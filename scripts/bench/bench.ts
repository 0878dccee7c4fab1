// A bench returns rows. A row may have a goal.

/** Limit that a value should reach: a lower limit (`at least`) or an upper limit (`at most`). */
export interface Goal {
  readonly bound: 'at least' | 'at most';
  readonly value: number;
}

/** One line of the table. */
export interface Row {
  /** The quantity, and the work for which it was measured. */
  readonly what: string;
  /** The measured value; null if it could not be measured (the note says why). */
  readonly value: number | null;
  /** Unit of the value, such as `%` or `s`; `×` for a ratio. */
  readonly unit: string;
  readonly goal?: Goal | undefined;
  /**
   * Details of the value: both absolute numbers of a ratio, or the reason for a missing value.
   */
  readonly note: string;
  /** Absolute numbers by name, for plots. */
  readonly details?: Readonly<Record<string, number>> | undefined;
}

/** Settings of a bench, its output folder and its log. */
export interface BenchContext {
  /** Number of threads of ONNX Runtime within an operator. */
  readonly threads: number;
  /** Whether this is a trial run with few repetitions and small sizes, whose numbers are not representative. */
  readonly quick: boolean;
  /** Folder for plots; absent if nothing is written. */
  readonly out?: string | undefined;
  /** Python interpreter with torch; absent if none was named. */
  readonly python?: string | undefined;
  /** Prints a line of progress. */
  log(line: string): void;
}

export interface Bench {
  readonly name: string;
  /** One line for `--help`. */
  readonly description: string;
  /** Whether the bench runs only if a Python interpreter is named. */
  readonly needsPython?: boolean;
  run(context: BenchContext): Promise<Row[]>;
}

/** Returns whether a row reached its goal; null if the row does not have a goal or a value. */
export function reached({ value, goal }: Row): boolean | null {
  if (value === null || goal === undefined) return null;
  return goal.bound === 'at least' ? value >= goal.value : value <= goal.value;
}
