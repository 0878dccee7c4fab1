import { dropOldest } from './drop-oldest.ts';

/** Time after which the same note is written again. */
const AGAIN_MS = 60_000;
/** Number of notes that are remembered. */
const MOST_NOTES = 100;

/** Returns a function that passes notes on, but the same note at most once a minute. */
export function noteOnce(onNote: (note: string) => void): (note: string) => void {
  const written = new Map<string, number>();
  return (note) => {
    const now = performance.now();
    if (now < (written.get(note) ?? 0)) return;
    written.delete(note);
    written.set(note, now + AGAIN_MS);
    dropOldest(written, MOST_NOTES);
    onNote(note);
  };
}
