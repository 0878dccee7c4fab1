/** What a bench measures, in the words of this folder: benches answer rows, rows may have goals. */

/** What a value should be. */
export interface Goal {
  readonly bound: 'at least' | 'at most';
  readonly value: number;
}

/** One line of the table. */
export interface Row {
  /** What was measured, and on what. */
  readonly what: string;
  /** null where it could not be measured; the note says why. */
  readonly value: number | null;
  /** `×` for a ratio, `%`, `s`, … */
  readonly unit: string;
  readonly goal?: Goal | undefined;
  /** How it came about: what was divided by what, in absolute numbers; or who is missing. */
  readonly note: string;
  /** The absolute numbers again, for plots. */
  readonly details?: Readonly<Record<string, number>> | undefined;
}

/** What a bench may use. */
export interface BenchContext {
  /** Threads within an operator. */
  readonly threads: number;
  /** A try-out: few repetitions and small sizes, numbers without weight. */
  readonly quick: boolean;
  /** Where the plots go; absent where nothing is to be written. */
  readonly out?: string | undefined;
  /** A line about the way there. */
  log(line: string): void;
}

export interface Bench {
  readonly name: string;
  /** One line for `--help`. */
  readonly description: string;
  run(context: BenchContext): Promise<Row[]>;
}

/** Did a row reach its goal? null where it has none, or no value. */
export function reached({ value, goal }: Row): boolean | null {
  if (value === null || goal === undefined) return null;
  return goal.bound === 'at least' ? value >= goal.value : value <= goal.value;
}
