import type { FolderImages } from '@isonoise/data';
import type { BaseModel } from '@isonoise/train';
import { type ChosenBase, openBase } from './base-model.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import type { PictureChoice } from './picture-choice.ts';
import { readImages } from './run-images.ts';
import type { ChosenImages } from './training-protocol.ts';

/** Reads the images and the base model of a run, and keeps the last ones for the next request. */
export interface RunInputs {
  images(images: ChosenImages, pictures: PictureChoice | null, mnist: MnistAssets): Promise<FolderImages>;
  /** @throws the errors of `openBase` */
  base(base: ChosenBase): Promise<BaseModel>;
}

/** The functions that read images and base models. */
export interface Readers {
  readonly readImages: typeof readImages;
  readonly openBase: typeof openBase;
}

/** Creates the reader of run inputs. @param stage reports the current activity; `done` is in [0, 1] */
export function createRunInputs(
  stage: (text: string, done?: number) => void,
  readers: Readers = { readImages, openBase },
): RunInputs {
  const keptImages = keepingLast<FolderImages>();
  const keptBase = keepingLast<BaseModel>();
  return {
    images: (images, pictures, mnist) =>
      keptImages([pictures, keyOfImages(images)], () => {
        stage('Reading the images');
        return readers.readImages(images, pictures, mnist, (done, count) => {
          if (done % 16 === 0 || done === count) stage(`Reading images: ${done} of ${count}`, done / count);
        });
      }),
    base: (base) =>
      keptBase(keyOfBase(base), () => {
        stage(`Reading the model ${base.name}`);
        return readers.openBase(base);
      }),
  };
}

/**
 * Returns a function that reads a value. If its key equals that of the last value, it returns the last value instead.
 */
function keepingLast<T>(): (key: unknown, read: () => Promise<T>) => Promise<T> {
  let last: { readonly key: string; readonly value: T } | null = null;
  return async (key, read) => {
    const text = JSON.stringify(key);
    if (last?.key !== text) last = { key: text, value: await read() };
    return last.value;
  };
}

/** Identifies a file by its path, size and time. */
const keyOfFile = (path: string, { size, lastModified }: File): unknown => [path, size, lastModified];

function keyOfImages(images: ChosenImages): unknown {
  if (images.kind === 'mnist') return images.kind;
  return [images.name, ...images.files.map(({ path, file }) => keyOfFile(path, file))];
}

function keyOfBase(base: ChosenBase): unknown {
  if (base.kind === 'served') return base;
  return [base.name, ...base.files.map((file) => keyOfFile(file.webkitRelativePath || file.name, file))];
}
