import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type Backdrop, contactSheet, encodePng, type ImagesShape, packAtlas } from '@isonoise/picture';
import { CliError } from '../errors.ts';
import type { RecordTexts } from './record-texts.ts';

/** Whether `--out` names a folder for single images, not a file. */
export const isFolderName = (out: string): boolean => /[/\\]$/.test(out);

/** Returns the path of the JSON file that describes an atlas. */
export function atlasJson(file: string): string {
  return `${file.slice(0, file.length - extname(file).length)}.json`;
}

/**
 * Checks that no image would replace a file.
 *
 * @throws `CLI_USAGE` with the name of the first existing file
 */
export async function requireNewFiles(folder: string, names: readonly string[]): Promise<void> {
  const present = new Set(await readdir(folder).catch(() => []));
  const taken = names.filter((name) => present.has(name));
  const [first] = taken;
  if (first === undefined) return;
  throw new CliError(
    'CLI_USAGE',
    `--out ${folder}: ${taken.length} of ${names.length} files exist, such as ${first}; expected new files. Choose a different ` +
      'folder, or add --overwrite.',
  );
}

/** Drawn images, and everything that writing their files needs. */
export interface ImageFiles {
  /** Drawn images `[N, C, H, W]`. */
  readonly images: Float32Array;
  readonly shape: ImagesShape;
  readonly names: readonly string[];
  /** Requests that drew the images, to be stored in the files; undefined to store none. */
  readonly texts: RecordTexts | undefined;
  readonly write: (path: string, data: Uint8Array | string) => Promise<void>;
}

/** Writes each image to a separate PNG file. @param backdrop backdrop of images with alpha */
export async function writeImages(
  folder: string,
  { images, shape: [, channels, height, width], names, texts, write }: ImageFiles,
  { scale, backdrop }: { readonly scale: number; readonly backdrop: Backdrop },
): Promise<void> {
  const size = channels * height * width;
  for (const [n, name] of names.entries()) {
    const one = images.subarray(n * size, (n + 1) * size);
    const picture = contactSheet(one, [1, channels, height, width], { gap: 0, scale, backdrop });
    await write(join(folder, name), encodePng(picture, { text: texts?.one(n) }));
  }
}

/** Writes all images to one PNG file, and their positions to a JSON file beside it. */
export async function writeAtlas(
  file: string,
  { images, shape, names, texts, write }: ImageFiles,
  columns: number,
): Promise<void> {
  const { picture, json } = packAtlas(images, shape, names, basename(file), columns);
  await write(file, encodePng(picture, { text: texts?.all }));
  await write(atlasJson(file), json);
}
