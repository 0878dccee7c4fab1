import type { OnProgress } from './compare.ts';

/** The part of a stream that {@link showProgress} uses. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows progress. A terminal shows one line that is overwritten; other streams get a line for each tenth of the work.
 */
export function showProgress(stream: ProgressStream, label: string): OnProgress {
  return (what, done, of) => {
    const text = `  ${label}: ${what}, ${done} of ${of}`;
    if (stream.isTTY === true) stream.write(`\r${text}\x1b[K${done === of ? '\n' : ''}`);
    else if (done === of || Math.floor((10 * done) / of) > Math.floor((10 * (done - 1)) / of)) {
      stream.write(`${text}\n`);
    }
  };
}
