/** States before and after the current one. */
export interface Timeline<T> {
  readonly past: readonly T[];
  readonly now: T;
  /** States to redo, the next one first. */
  readonly future: readonly T[];
}

/** Limits of the past of a timeline. */
export interface TimelineLimits<T> {
  readonly steps: number;
  /** Size of all kept states in bytes. A part that several states share counts once. */
  readonly bytes: number;
  /** Returns the parts of a state that take memory. */
  readonly partsOf: (state: T) => readonly { readonly byteLength: number }[];
}

export const timeline = <T>(now: T): Timeline<T> => ({ past: [], now, future: [] });

/** Adds a state. Drops the states to redo, and the oldest states beyond the limits. */
export function advance<T>({ past, now }: Timeline<T>, next: T, limits: TimelineLimits<T>): Timeline<T> {
  return { past: newest([...past, now], next, limits), now: next, future: [] };
}

/** Returns the newest states that fit into the limits together with the current one. */
function newest<T>(past: readonly T[], now: T, { steps, bytes, partsOf }: TimelineLimits<T>): readonly T[] {
  const counted = new Set<object>();
  let size = 0;
  const count = (state: T): number => {
    for (const part of partsOf(state)) {
      if (!counted.has(part)) size += part.byteLength;
      counted.add(part);
    }
    return size;
  };
  count(now);
  let kept = 0;
  for (let i = past.length - 1; i >= 0 && kept < steps; i--, kept++) if (count(past[i] as T) > bytes) break;
  return past.slice(past.length - kept);
}

/** Goes back to the previous state. @returns the same timeline if there is nothing to undo */
export function undo<T>(line: Timeline<T>): Timeline<T> {
  const before = line.past.at(-1);
  if (before === undefined) return line;
  return { past: line.past.slice(0, -1), now: before, future: [line.now, ...line.future] };
}

/** Goes forward to the next state. @returns the same timeline if there is nothing to redo */
export function redo<T>(line: Timeline<T>): Timeline<T> {
  const [next, ...future] = line.future;
  if (next === undefined) return line;
  return { past: [...line.past, line.now], now: next, future };
}
