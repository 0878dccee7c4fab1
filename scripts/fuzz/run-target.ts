import type { FuzzTarget } from './target.ts';

/** Outcomes of the inputs of one target. */
export interface FuzzResult {
  readonly target: string;
  readonly about: string;
  readonly firstSeed: number;
  readonly inputs: number;
  readonly seconds: number;
  /** Number of inputs by outcome. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly failures: readonly FuzzFailure[];
}

interface FuzzFailure {
  readonly seed: number;
  readonly error: unknown;
}

/** A target stops after this number of failures. */
const MAX_FAILURES = 10;

/**
 * Tries inputs one after another until the number of inputs, the time or the number of failures reaches its limit.
 *
 * @param now returns the time in milliseconds
 * @param progress called after each input
 */
export async function runTarget(
  name: string,
  target: FuzzTarget,
  limits: { readonly seed: number; readonly count: number; readonly minutes: number },
  now: () => number,
  progress: (inputs: number, failures: number) => void,
): Promise<FuzzResult> {
  const start = now();
  const outcomes = new Map<string, number>();
  const failures: FuzzFailure[] = [];
  let inputs = 0;
  while (inputs < limits.count && now() - start < limits.minutes * 60_000 && failures.length < MAX_FAILURES) {
    const seed = limits.seed + inputs++;
    try {
      const outcome = await target.tryOne(seed);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      failures.push({ seed, error });
    }
    progress(inputs, failures.length);
  }
  return {
    target: name,
    about: target.about,
    firstSeed: limits.seed,
    inputs,
    seconds: (now() - start) / 1000,
    outcomes,
    failures,
  };
}
