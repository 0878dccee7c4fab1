import { bytes } from '../terminal/format.ts';
import { createProgressBar, type ProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Shows the progress of downloads in kilobytes, with a new bar for each file whose length is known. */
export function pullProgress(terminal: Terminal): {
  update(done: number, total: number | null): void;
  stop(): void;
} {
  let bar: ProgressBar | undefined;
  let length = -1;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    stop,
    update(done, total) {
      if (total === null) return;
      if (total !== length) {
        stop();
        length = total;
      }
      bar ??= createProgressBar(terminal, { label: 'pull', total: Math.ceil(total / 1000) });
      bar.update(Math.ceil(done / 1000), `${bytes(done)} of ${bytes(total)}`);
      if (done === total) stop();
    },
  };
}
