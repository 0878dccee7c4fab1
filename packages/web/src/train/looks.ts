import { createLookStore, type LookStore } from './look-store.ts';
import { startTrainingWorker } from './training-client.ts';

/** Pause after a change of the form before images are read again. */
const PAUSE_MS = 400;

/** The look at the images that are chosen in the form. */
export const looks: LookStore = createLookStore({
  start: startTrainingWorker,
  later(act) {
    const timer = setTimeout(act, PAUSE_MS);
    return () => clearTimeout(timer);
  },
});
