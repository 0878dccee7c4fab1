/** States before and after the current one. */
export interface Timeline<T> {
  readonly past: readonly T[];
  readonly now: T;
  /** The next state to redo is the first. */
  readonly future: readonly T[];
}

/** Number of steps that can be undone. */
const MOST_STEPS = 200;

export const timeline = <T>(now: T): Timeline<T> => ({ past: [], now, future: [] });

/** Adds a state; states to redo are lost, and so are the oldest ones beyond the limit. */
export function advance<T>({ past, now }: Timeline<T>, next: T, most: number = MOST_STEPS): Timeline<T> {
  return { past: [...past, now].slice(-most), now: next, future: [] };
}

/** @returns the same timeline if there is nothing to undo */
export function undo<T>(line: Timeline<T>): Timeline<T> {
  const before = line.past.at(-1);
  if (before === undefined) return line;
  return { past: line.past.slice(0, -1), now: before, future: [line.now, ...line.future] };
}

/** @returns the same timeline if there is nothing to redo */
export function redo<T>(line: Timeline<T>): Timeline<T> {
  const [next, ...future] = line.future;
  if (next === undefined) return line;
  return { past: [...line.past, line.now], now: next, future };
}
