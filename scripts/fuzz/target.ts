/** Code that is tried on generated inputs. */
export interface FuzzTarget {
  /** Description in one line. */
  readonly about: string;
  /**
   * Tries the input of a seed.
   *
   * @returns the outcome in one or two words; the report counts the inputs of each outcome
   * @throws the fault that was found
   */
  readonly tryOne: (seed: number) => Promise<string>;
  /** Returns the input of a failed seed as text, shrunk as far as possible. */
  readonly explain?: (seed: number) => Promise<string>;
}
