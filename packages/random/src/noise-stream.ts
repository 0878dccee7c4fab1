import { fillPhilox, type PhiloxCounter } from './philox.ts';
import { RandomError } from './random-error.ts';
import { seedKey } from './seed.ts';

/**
 * What random numbers are for: the last word of the Philox counter, so that no two uses ever share a number.
 * The numbers are part of the file formats (a saved run depends on them): add at the end, never renumber.
 */
export const purposes = {
  /** x_T of an image that is sampled. */
  initialNoise: 0,
  /** z of one reverse step. */
  stepNoise: 1,
  /** ε of q(x_t | x_0): training, or noising a given image. */
  forwardNoise: 2,
  /** t of each training image. */
  timesteps: 3,
  /** The order in which an epoch visits the data. */
  dataOrder: 4,
  /** Which training images are mirrored. */
  flips: 5,
  /** Which training labels become the null class. */
  labelDropout: 6,
  /** Dropout masks inside the network. */
  dropout: 7,
  /** Initial values of parameters. */
  parameterInit: 8,
} as const;

export type Purpose = keyof typeof purposes;

/**
 * One stream of random words: the Philox key is the seed, the counter is (block, step, image, purpose). Streams that
 * differ in any field are independent, and none depends on what else was drawn, or in which order.
 */
export interface NoiseStream {
  /** Integer in [0, 2⁶⁴); a number must be a safe integer. */
  readonly seed: number | bigint;
  /** Which image, uint32; 0 where there is none. */
  readonly image: number;
  /** Which step (of sampling, of training) or epoch, uint32; 0 where there is none. */
  readonly step: number;
  readonly purpose: Purpose;
}

function checkWord(name: string, value: number): void {
  if (value >>> 0 === value) return;
  throw new RandomError(
    'RANDOM_STREAM',
    `random stream: ${name} is ${value}, want an integer in [0, 2^32); it is one word of the Philox counter.`,
  );
}

/**
 * Raw words of a stream.
 *
 * @param out `[n]`, filled with words `start … start + n - 1` of the stream
 * @param start index of the first word, a multiple of 4 (a block is four words); default 0
 * @throws RandomError `RANDOM_STREAM` (image, step or start out of range, no such purpose), `RANDOM_SEED`
 */
export function fillWords(out: Uint32Array, stream: NoiseStream, start = 0): void {
  fillWordsIn(out, out.length, stream, start);
}

/** {@link fillWords} for the first `length` words of a scratch buffer. */
export function fillWordsIn(out: Uint32Array, length: number, stream: NoiseStream, start: number): void {
  const { image, step, purpose } = stream;
  checkWord('image', image);
  checkWord('step', step);
  if (start % 4 !== 0) {
    throw new RandomError('RANDOM_STREAM', `random stream: start is ${start}, want a multiple of 4 words.`);
  }
  checkWord('start / 4', start / 4);
  if (!Object.hasOwn(purposes, purpose)) {
    throw new RandomError(
      'RANDOM_STREAM',
      `random stream: purpose is "${purpose}", want one of ${Object.keys(purposes).join(', ')}.`,
    );
  }
  const counter: PhiloxCounter = [start / 4, step, image, purposes[purpose]];
  fillPhilox(out, 0, length, counter, seedKey(stream.seed));
}
