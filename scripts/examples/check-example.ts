import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodePng } from '@isonoise/picture';
import { scriptError } from '../script-error.ts';
import type { Drawing, Example, NormalCase } from './example.ts';

/** Returns the pixels of each image in a folder, ordered by file name. */
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

/**
 * Compares the normals of an example with the test vectors, and its images with those of `pnpm sample`, pixel by pixel.
 *
 * @throws `EXAMPLES_DIFFERENCE` if they differ; the message has the first difference
 */
export async function checkExample(
  example: Example,
  folder: string,
  {
    vectors,
    drawings,
  }: { readonly vectors: readonly NormalCase[]; readonly drawings: readonly DrawnImages[] },
): Promise<void> {
  const hashes = await example.normals(vectors, folder);
  for (const [index, { sha256, ...stream }] of vectors.entries()) {
    if (hashes[index] === sha256) continue;
    throw scriptError(
      'EXAMPLES_DIFFERENCE',
      `examples: normals of ${JSON.stringify(stream)} have SHA-256 ${hashes[index]}; expected ${sha256}.`,
    );
  }
  for (const [index, each] of drawings.entries())
    if (each.drawing.tags.length === 0 || example.hasTags)
      await checkImages(example, each, path.join(folder, `images-${index}`), folder);
}

async function checkImages(
  example: Example,
  { drawing, images }: DrawnImages,
  out: string,
  folder: string,
): Promise<void> {
  await example.draw(drawing, out, folder);
  const drawn = await pixelsIn(out, drawing.side);
  if (drawn.length !== images.length) {
    throw scriptError(
      'EXAMPLES_DIFFERENCE',
      `examples: got ${drawn.length} images; expected ${images.length}.`,
    );
  }
  for (const [index, image] of images.entries()) {
    const different = image.filter((value, i) => drawn[index]?.[i] !== value).length;
    if (different === 0 && drawn[index]?.length === image.length) continue;
    throw scriptError(
      'EXAMPLES_DIFFERENCE',
      `examples: ${different} of ${image.length} pixels of image ${index} differ; expected those of pnpm sample.`,
    );
  }
}
