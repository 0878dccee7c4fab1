import { basename, extname, sep } from 'node:path';
import { type Backdrop, contactSheet, encodePng, type ImagesShape, packAtlas } from '@isonoise/picture';
import type { Content } from '../outputs/write-outputs.ts';
import type { RecordTexts } from './record-texts.ts';

/** Whether `--out` is the name of a folder for single images instead of a file. */
export const isFolderName = (out: string): boolean => /[/\\]$/.test(out);

/** Returns the path of the JSON file that describes an atlas. */
export function atlasJson(file: string): string {
  return `${file.slice(0, file.length - extname(file).length)}.json`;
}

/** Returns the paths of single images. @param folder name that {@link isFolderName} accepts */
export const imagePaths = (folder: string, names: readonly string[]): readonly string[] =>
  // `join` would remove `..` and the link in front of it.
  names.map((name) => `${folder}${folder.endsWith('/') || folder.endsWith(sep) ? '' : sep}${name}`);

/** Drawn images and the data to encode their files. */
export interface ImageFiles {
  /** Drawn images `[N, C, H, W]`. */
  readonly images: Float32Array;
  readonly shape: ImagesShape;
  readonly names: readonly string[];
  /** The requests of the images, for the files; undefined if the files contain no requests. */
  readonly texts: RecordTexts | undefined;
}

/** Encodes each image as a separate PNG file. @param backdrop backdrop of images with alpha */
export function encodeImages(
  folder: string,
  { images, shape: [, channels, height, width], names, texts }: ImageFiles,
  { scale, backdrop }: { readonly scale: number; readonly backdrop: Backdrop },
): readonly Content[] {
  const size = channels * height * width;
  return imagePaths(folder, names).map((path, n) => {
    const one = images.subarray(n * size, (n + 1) * size);
    const picture = contactSheet(one, [1, channels, height, width], { gap: 0, scale, backdrop });
    return [path, encodePng(picture, { text: texts?.one(n) })];
  });
}

/** Encodes all images as one PNG file, and their positions as a JSON file beside it. */
export function encodeAtlas(
  file: string,
  { images, shape, names, texts }: ImageFiles,
  columns: number,
): readonly Content[] {
  const { picture, json } = packAtlas(images, shape, names, basename(file), columns);
  return [
    [file, encodePng(picture, { text: texts?.all })],
    [atlasJson(file), json],
  ];
}
