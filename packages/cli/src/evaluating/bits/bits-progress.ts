import { duration } from '../../terminal/format.ts';
import { createProgressBar } from '../../terminal/progress.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** Progress over the images that the network computes. */
export interface BitsProgress {
  /** @param images computed now */
  computed(images: number): void;
  /** @param images computed by an earlier command; they are not counted for the rate */
  kept(images: number): void;
  stop(): void;
}

/** Shows the share of the work, the rate and the time left. @param total images that the network computes */
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
