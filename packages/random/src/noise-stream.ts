import { randomError } from './errors.ts';
import { fillPhilox, type PhiloxCounter } from './philox.ts';
import { seedKey } from './seed.ts';

/**
 * Uses of random numbers. The value is the last word of the Philox counter, so no two uses share a number.
 * Saved runs depend on these values, so add new ones at the end and never renumber them.
 */
export const purposes = {
  /** x_T of a sampled image. */
  initialNoise: 0,
  /** z, the noise of a reverse step. */
  stepNoise: 1,
  /** ε of q(x_t | x_0), in training or for adding noise to a given image. */
  forwardNoise: 2,
  /** t of each training image. */
  timesteps: 3,
  /** Data order of an epoch. */
  dataOrder: 4,
  /** Which training images are mirrored. */
  flips: 5,
  /** Which training labels become the null class. */
  labelDropout: 6,
  /** Dropout masks inside the network. */
  dropout: 7,
  /** Initial values of parameters. */
  parameterInit: 8,
  /** Uniform dequantisation of bytes, for likelihoods. */
  dequantization: 9,
  /** Random directions of a trace estimator. */
  probes: 10,
  /** Random transforms of training images. */
  augmentation: 11,
} as const;

export type Purpose = keyof typeof purposes;

/**
 * Largest number of draws for one image, step and purpose. The last word of the counter has 24 bits for the
 * draw.
 */
const MAX_DRAWS = 2 ** 24;

/**
 * A stream of random words. The Philox key is the seed; the counter is (block, step, image, purpose + 256 draw). Streams
 * that differ in any field are independent. No stream depends on other draws or their order.
 */
export interface NoiseStream {
  /** Integer in [0, 2⁶⁴); a number must be a safe integer. */
  readonly seed: number | bigint;
  /** Index of the image, uint32; 0 if there is none. */
  readonly image: number;
  /** Step (of sampling or training) or epoch, uint32; 0 if there is none. */
  readonly step: number;
  readonly purpose: Purpose;
  /** Index of the draw, for steps with several draws: integer in [0, 2²⁴). Default 0. */
  readonly draw?: number | undefined;
}

function checkWord(name: string, value: number): void {
  if (value >>> 0 === value) return;
  throw randomError(
    'RANDOM_STREAM',
    `random stream: ${name} is ${value}; expected an integer in [0, 2^32), one word of the Philox counter.`,
  );
}

/**
 * Fills `out` with raw words of a stream.
 *
 * @param out `[n]`, filled with words `start … start + n - 1` of the stream
 * @param start index of the first word, a multiple of 4 (a block has four words); default 0
 * @throws `RANDOM_STREAM` if a number is out of range or the purpose is unknown; `RANDOM_SEED`
 */
export function fillWords(out: Uint32Array, stream: NoiseStream, start = 0): void {
  fillWordsIn(out, out.length, stream, start);
}

/** Fills the first `length` words of a scratch buffer like {@link fillWords}. */
export function fillWordsIn(out: Uint32Array, length: number, stream: NoiseStream, start: number): void {
  const { image, step, purpose, draw = 0 } = stream;
  checkWord('image', image);
  checkWord('step', step);
  if (start % 4 !== 0) {
    throw randomError('RANDOM_STREAM', `random stream: start is ${start}; expected a multiple of 4 words.`);
  }
  checkWord('start / 4', start / 4);
  if (!Object.hasOwn(purposes, purpose)) {
    throw randomError(
      'RANDOM_STREAM',
      `random stream: purpose is "${purpose}"; expected one of ${Object.keys(purposes).join(', ')}.`,
    );
  }
  if (!(Number.isInteger(draw) && draw >= 0 && draw < MAX_DRAWS)) {
    throw randomError(
      'RANDOM_STREAM',
      `random stream: draw is ${draw}; expected an integer in [0, ${MAX_DRAWS}).`,
    );
  }
  const counter: PhiloxCounter = [start / 4, step, image, purposes[purpose] + 256 * draw];
  fillPhilox(out, 0, length, counter, seedKey(stream.seed));
}
