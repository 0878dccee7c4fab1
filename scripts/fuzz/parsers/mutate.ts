import type { FuzzRandom } from '../random.ts';

const BYTES = [0, 1, 7, 8, 10, 13, 34, 44, 47, 58, 91, 92, 93, 123, 125, 127, 128, 192, 224, 254, 255];
/** Integers that may make the arithmetic of sizes, counts or offsets overflow. */
const INTEGERS = [0, 1, 2 ** 15, 2 ** 16 - 1, 2 ** 24, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

type Mutation = (bytes: Uint8Array, random: FuzzRandom) => Uint8Array;

const at = (bytes: Uint8Array, random: FuzzRandom): number => random.int(0, Math.max(0, bytes.length - 1));

function spliced(bytes: Uint8Array, from: number, to: number, put: Uint8Array): Uint8Array {
  const result = new Uint8Array(from + put.length + bytes.length - to);
  result.set(bytes.subarray(0, from));
  result.set(put, from);
  result.set(bytes.subarray(to), from + put.length);
  return result;
}

function changed(bytes: Uint8Array, act: (copy: Uint8Array) => void): Uint8Array {
  const copy = new Uint8Array(bytes);
  if (copy.length > 0) act(copy);
  return copy;
}

const MUTATIONS: readonly Mutation[] = [
  // One bit changes.
  (bytes, random) =>
    changed(bytes, (copy) => {
      const where = at(copy, random);
      copy[where] = (copy[where] ?? 0) ^ (1 << random.int(0, 7));
    }),
  // One byte changes.
  (bytes, random) => changed(bytes, (copy) => (copy[at(copy, random)] = random.pick(BYTES))),
  // The file is truncated.
  (bytes, random) => bytes.slice(0, at(bytes, random)),
  // Bytes are appended.
  (bytes, random) => spliced(bytes, bytes.length, bytes.length, noise(random.int(1, 40), random)),
  // Bytes are inserted.
  (bytes, random) => {
    const where = at(bytes, random);
    return spliced(bytes, where, where, noise(random.int(1, 8), random));
  },
  // Bytes are removed.
  (bytes, random) => {
    const where = at(bytes, random);
    return spliced(bytes, where, Math.min(bytes.length, where + random.int(1, 16)), new Uint8Array());
  },
  // Bytes are repeated.
  (bytes, random) => {
    const where = at(bytes, random);
    const part = bytes.slice(where, where + random.int(1, 64));
    return spliced(bytes, where, where, part);
  },
  // An integer of four bytes is written, often into the header at the beginning.
  (bytes, random) =>
    changed(bytes, (copy) => {
      if (copy.length < 4) return;
      const last = random.chance(0.5) ? Math.min(64, copy.length) : copy.length;
      const view = new DataView(copy.buffer, copy.byteOffset, copy.length);
      view.setUint32(random.int(0, last - 4), random.pick(INTEGERS), random.chance(0.5));
    }),
];

function noise(length: number, random: FuzzRandom): Uint8Array {
  return Uint8Array.from({ length }, () => random.int(0, 255));
}

/** Returns a copy of the bytes with one, two or four changes. A few copies are unchanged. */
export function mutated(bytes: Uint8Array, random: FuzzRandom): Uint8Array {
  // The bytes are copied, because slices of a Buffer are views of the argument.
  let result: Uint8Array = new Uint8Array(bytes);
  if (random.chance(0.02)) return result;
  for (let i = random.pick([1, 1, 1, 2, 4]); i > 0; i--) result = random.pick(MUTATIONS)(result, random);
  return result;
}
