import type { FolderImages } from '@isonoise/data';
import type { BaseModel, BaseWeights, TrainConfig } from '@isonoise/train';
import { type ChosenBase, openBase } from './base-model.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import type { PictureChoice } from './picture-choice.ts';
import { runConfig } from './run-config.ts';
import { readImages } from './run-images.ts';
import type { DeviceChoice } from './run-record.ts';
import type { ChosenImages, ChosenRun } from './training-protocol.ts';

/** A run that is about to begin: its images, configuration and initial weights. */
export interface PlannedRun {
  readonly found: FolderImages;
  readonly base: BaseWeights | undefined;
  readonly config: TrainConfig;
  readonly device: DeviceChoice;
}

/** Reads what a new run needs. */
export interface RunPlanner {
  /** Reads images, unless they are those that were read last. */
  read(images: ChosenImages, pictures: PictureChoice | null, mnist: MnistAssets): Promise<FolderImages>;
  /** Reads the images and the base of a run, and creates its configuration. */
  plan(run: ChosenRun): Promise<PlannedRun>;
}

/** @param stage reports the current activity; `done` is in [0, 1], null if unknown */
export function createRunPlanner(stage: (text: string, done?: number | null) => void): RunPlanner {
  let known: { readonly key: string; readonly images: FolderImages } | null = null;

  async function read(
    images: ChosenImages,
    pictures: PictureChoice | null,
    mnist: MnistAssets,
  ): Promise<FolderImages> {
    const key = JSON.stringify([pictures, keyOf(images)]);
    if (known?.key === key) return known.images;
    stage('Reading the images');
    const found = await readImages(images, pictures, mnist, (done, count) => {
      if (done % 16 === 0 || done === count) stage(`Reading images: ${done} of ${count}`, done / count);
    });
    known = { key, images: found };
    return found;
  }

  async function readBase(base: ChosenBase | null): Promise<BaseModel | null> {
    if (base === null) return null;
    stage(`Reading the model ${base.name}`);
    return openBase(base);
  }

  return {
    read,
    async plan({ choice, images, base: chosen, mnist }) {
      const found = await read(images, choice.pictures, mnist);
      const { dataset } = found;
      const model = await readBase(chosen);
      const base =
        model === null
          ? undefined
          : { model, classNames: dataset.classNames ?? null, tagNames: dataset.tags?.names ?? null };
      const { device, threads } = choice;
      return { found, base, config: runConfig(choice, dataset, model), device: { device, threads } };
    },
  };
}

/** Identifies images by the names, sizes and times of their files. */
function keyOf(images: ChosenImages): unknown {
  if (images.kind === 'mnist') return images.kind;
  return [images.name, ...images.files.map(({ path, file }) => `${path} ${file.size} ${file.lastModified}`)];
}
