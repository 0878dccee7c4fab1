/** Interval between two lines if the output is not a terminal, in milliseconds. */
const LINE_MS = 20_000;
const REDRAW_MS = 500;

export interface Progress {
  update(images: number): void;
  /** Writes a line above the progress. */
  note(line: string): void;
  end(): void;
}

/** Shows on standard error how many images of a run are drawn, and how much time is left. */
export function imageProgress(label: string, count: number, clock = () => performance.now()): Progress {
  const began = clock();
  let shown = Number.NEGATIVE_INFINITY;
  const isTerminal = process.stderr.isTTY === true;
  const clear = isTerminal ? '\r\x1b[K' : '';
  return {
    update(images) {
      const now = clock();
      if (images === 0 || now - shown < (isTerminal ? REDRAW_MS : LINE_MS)) return;
      shown = now;
      const left = ((now - began) / images) * (count - images);
      const text = `${label}: ${Math.round(images).toLocaleString('en-US')} of ${count.toLocaleString('en-US')} images · about ${Math.ceil(left / 60_000)} min left`;
      process.stderr.write(isTerminal ? `${clear}${text}` : `${text}\n`);
    },
    note: (line) => void process.stderr.write(`${clear}${line}\n`),
    end: () => void process.stderr.write(clear),
  };
}
