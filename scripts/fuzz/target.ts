/** Something that inputs of all kinds are tried on. */
export interface FuzzTarget {
  /** What is tried, in a line. */
  readonly about: string;
  /**
   * Tries the input that the seed decides.
   *
   * @returns what came of it, in a word or two that many inputs share: a row of the report
   * @throws what is wrong
   */
  readonly tryOne: (seed: number) => Promise<string>;
  /** The input of a seed that failed, made as small as it goes, for a reader. */
  readonly explain?: (seed: number) => Promise<string>;
}
