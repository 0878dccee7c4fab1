/** Reads that may fail, and whether all of them succeeded so far. */
export interface TolerantReads {
  /** Performs a read. @returns its result; null if it fails */
  readonly reading: <T>(act: () => Promise<T>) => Promise<T | null>;
  readonly isComplete: () => boolean;
}

/** Creates reads that may fail independently. */
export function createTolerantReads(): TolerantReads {
  let isComplete = true;
  return {
    async reading(act) {
      try {
        return await act();
      } catch {
        isComplete = false;
        return null;
      }
    },
    isComplete: () => isComplete,
  };
}
