/** Code that is tried on generated inputs. */
export interface FuzzTarget {
  /** Description in one line. */
  readonly about: string;
  /**
   * Tries the input of a seed.
   *
   * @returns the outcome in one or two words; the report counts the inputs of each outcome
   * @throws Error if the input shows a fault
   */
  readonly tryOne: (seed: number) => Promise<string>;
  /** Returns the input of a failed seed as text, shortened if possible. */
  readonly explain?: (seed: number) => Promise<string>;
}
