/** The files that are being opened as a model. */
export interface Openings {
  /** Promise that resolves once no files are being opened, and never rejects; null if none are being opened now. */
  settled(): Promise<void> | null;
  /** Opens files. @param open receives a number that no other opening has @returns the result of `open` */
  run<T>(open: (number: number) => Promise<T>): Promise<T>;
}

export function createOpenings(): Openings {
  let latest: Promise<void> | null = null;
  let count = 0;
  return {
    settled: () => latest,
    async run(open) {
      const opened = open(++count);
      const settled = opened.then(
        () => {},
        () => {},
      );
      latest = settled;
      try {
        return await opened;
      } finally {
        if (latest === settled) latest = null;
      }
    },
  };
}
