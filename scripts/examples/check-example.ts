import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodePng } from '@isonoise/picture';
import { scriptError } from '../script-error.ts';
import type { Drawing, Example, NormalCase } from './example.ts';

/** Returns the pixels of each PNG in a folder, ordered by file name. @param side width and height of the images */
export async function pixelsIn(folder: string, side: number): Promise<readonly Uint8Array[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  return Promise.all(
    names.map(
      async (name) => decodePng(await readFile(path.join(folder, name)), { width: side, height: side }).data,
    ),
  );
}

/** Images that `pnpm sample` drew. */
export interface DrawnImages {
  readonly drawing: Drawing;
  readonly images: readonly Uint8Array[];
}

/** Result of {@link checkExample}. */
export interface CheckedExample {
  readonly images: number;
  /** Number of all 8-bit values. */
  readonly values: number;
  /** Number of values that differ. */
  readonly different: number;
}

/**
 * Accepted share of different values if the example uses a different version of ONNX Runtime, which rounds
 * differently.
 */
const MOST_DIFFERENT = 1 / 1000;

/**
 * Compares the normals of an example with the test vectors, and its images with those of `pnpm sample`, pixel by pixel.
 *
 * @param sameRuntime whether the example uses the same version of ONNX Runtime as `pnpm sample`. If so, all values
 *   must be equal
 * @throws `EXAMPLES_DIFFERENCE` if normals differ, or if too many values of the images differ
 */
export async function checkExample(
  example: Example,
  folder: string,
  {
    vectors,
    drawings,
    sameRuntime,
  }: {
    readonly vectors: readonly NormalCase[];
    readonly drawings: readonly DrawnImages[];
    readonly sameRuntime: boolean;
  },
): Promise<CheckedExample> {
  const hashes = await example.normals(vectors, folder);
  for (const [index, { sha256, ...stream }] of vectors.entries()) {
    if (hashes[index] === sha256) continue;
    throw scriptError(
      'EXAMPLES_DIFFERENCE',
      `examples: normals of ${JSON.stringify(stream)} have SHA-256 ${hashes[index]}; expected ${sha256}.`,
    );
  }
  const checked = { images: 0, values: 0, different: 0 };
  for (const [index, { drawing, images }] of drawings.entries()) {
    const out = path.join(folder, `images-${index}`);
    if (drawing.isShort) {
      await mkdir(out);
      await example.drawDigit(drawing.model, path.join(out, '0.png'), folder);
    } else await example.draw(drawing, out, folder);
    checked.images += images.length;
    checked.values += images.reduce((sum, image) => sum + image.length, 0);
    checked.different += differences(await pixelsIn(out, drawing.side), images);
  }
  if (checked.different <= (sameRuntime ? 0 : checked.values * MOST_DIFFERENT)) return checked;
  throw scriptError(
    'EXAMPLES_DIFFERENCE',
    `examples: ${checked.different} of ${checked.values} values differ; expected those of pnpm sample.`,
  );
}

/** Counts the values that differ. @throws `EXAMPLES_DIFFERENCE` if the numbers of images or of values differ */
function differences(drawn: readonly Uint8Array[], expected: readonly Uint8Array[]): number {
  if (drawn.length !== expected.length || drawn.some((image, i) => image.length !== expected[i]?.length)) {
    throw scriptError(
      'EXAMPLES_DIFFERENCE',
      `examples: got images of ${drawn.map(({ length }) => length)} values; expected ${expected.map(({ length }) => length)}.`,
    );
  }
  return expected.reduce(
    (sum, image, index) => sum + image.filter((value, i) => drawn[index]?.[i] !== value).length,
    0,
  );
}
