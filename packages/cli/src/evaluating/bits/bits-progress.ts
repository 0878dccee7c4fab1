import { duration } from '../../terminal/format.ts';
import { createProgressBar } from '../../terminal/progress.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** Progress of a measurement, counted in network calls. */
export interface BitsProgress {
  /** Counts new calls. @param images number of images in the calls */
  computed(images: number): void;
  /** Counts calls of an earlier command, which do not affect the rate. @param images number of images in the calls */
  kept(images: number): void;
  stop(): void;
}

/** Shows progress, rate and time left. @param total number of images in all calls */
export function bitsProgress(
  total: number,
  terminal: Terminal,
  clock: () => number = () => performance.now(),
): BitsProgress {
  const bar = createProgressBar(terminal, { label: 'network calls', total });
  const began = clock();
  let [done, now] = [0, 0];
  const show = (): void => {
    const rate = now / ((clock() - began) / 1000);
    bar.update(
      done,
      now === 0 ? '' : `${rate.toFixed(0)} a second · ${duration((total - done) / rate)} left`,
    );
  };
  return {
    computed(images) {
      done += images;
      now += images;
      show();
    },
    kept(images) {
      done += images;
      show();
    },
    stop: () => bar.stop(),
  };
}
