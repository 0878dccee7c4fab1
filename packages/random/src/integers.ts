import { randomError } from './errors.ts';
import { fillWordsIn, type NoiseStream } from './noise-stream.ts';

const TWO_32 = 4294967296;
const PIECE = 1024;

/**
 * Returns a function that reads the words of a stream one by one. `expected` is the number of words that are read if
 * none is rejected.
 */
function wordReader(stream: NoiseStream, expected: number): () => number {
  const words = new Uint32Array(Math.max(4, Math.min(PIECE, Math.ceil(expected / 4) * 4)));
  let start = 0;
  let at = words.length;
  return () => {
    if (at === words.length) {
      fillWordsIn(words, words.length, stream, start);
      start += words.length;
      at = 0;
    }
    return words[at++] as number;
  };
}

/**
 * Draws an unbiased integer in [0, max). A word in the incomplete last run of `max` values is rejected, and the next word
 * is read.
 */
function integerBelow(max: number, nextWord: () => number): number {
  const limit = TWO_32 - (TWO_32 % max);
  let word = nextWord();
  while (word >= limit) word = nextWord();
  return word % max;
}

function checkCount(operation: string, n: number): void {
  if (Number.isInteger(n) && n >= 0 && n < TWO_32) return;
  throw randomError('RANDOM_RANGE', `${operation}: n is ${n}; expected an integer in [0, 2^32).`);
}

/**
 * Draws independent, uniformly distributed integers: timesteps, labels, indices.
 *
 * @param n number of integers
 * @param max exclusive upper end, an integer in [1, 2³²]
 * @returns `[n]`, each in [0, max)
 * @throws `RANDOM_RANGE`, `RANDOM_STREAM`, `RANDOM_SEED`
 */
export function uniformIntegers(n: number, max: number, stream: NoiseStream): Uint32Array {
  checkCount('uniformIntegers', n);
  if (!(Number.isInteger(max) && max >= 1 && max <= TWO_32)) {
    throw randomError('RANDOM_RANGE', `uniformIntegers: max is ${max}; expected an integer in [1, 2^32].`);
  }
  const out = new Uint32Array(n);
  const nextWord = wordReader(stream, n);
  for (let i = 0; i < n; i++) out[i] = integerBelow(max, nextWord);
  return out;
}

/**
 * Draws a random order of 0 … n - 1; all orders are equally likely (Fisher–Yates, Durstenfeld's form).
 * The data order of an epoch is `permutation(size, { seed, image: 0, step: epoch, purpose: 'dataOrder' })`.
 *
 * @throws `RANDOM_RANGE`, `RANDOM_STREAM`, `RANDOM_SEED`
 */
export function permutation(n: number, stream: NoiseStream): Uint32Array {
  checkCount('permutation', n);
  const order = new Uint32Array(n);
  const nextWord = wordReader(stream, n);
  for (let i = 0; i < n; i++) order[i] = i;
  for (let i = n - 1; i > 0; i--) {
    const j = integerBelow(i + 1, nextWord);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return order;
}
