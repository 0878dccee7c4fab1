import type { FuzzRandom } from '../../random.ts';
import type { KnownValue, Step } from '../program.ts';

/** Makes a step whose operands are known values; undefined if no value suits the op. */
export type MakeStep = (random: FuzzRandom, known: readonly KnownValue[]) => Step | undefined;

type Test = (value: KnownValue) => boolean;

export const isFloat: Test = ({ dtype }) => dtype === 'float32';
export const isImage: Test = ({ shape, dtype }) => shape.length === 4 && dtype === 'float32';

/** Picks the index of a value that passes the test, mostly one of the two newest; returns undefined if none passes. */
export function place(random: FuzzRandom, known: readonly KnownValue[], test: Test): number | undefined {
  const places = [...known.keys()].filter((i) => test(known[i] as KnownValue));
  if (places.length === 0) return undefined;
  return random.pick(random.chance(0.7) ? places.slice(-2) : places);
}

/** Returns the axes of a value except the named dimension. */
export const axesOf = ({ shape, batched }: KnownValue): number[] => [...shape.keys()].slice(batched ? 1 : 0);

/** Makes a step with one operand that passes the test; `make` creates the op for this operand. */
export const over =
  (
    test: Test,
    make: (random: FuzzRandom, value: KnownValue) => Omit<Step, 'operands'> | undefined,
  ): MakeStep =>
  (random, known) => {
    const at = place(random, known, test);
    if (at === undefined) return undefined;
    const step = make(random, known[at] as KnownValue);
    return step && { ...step, operands: [at] };
  };
