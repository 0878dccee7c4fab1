import type { FolderImages } from '@isonoise/data';
import type { BaseWeights, TrainConfig } from '@isonoise/train';
import type { MnistAssets } from './embedded-mnist.ts';
import type { PictureChoice } from './picture-choice.ts';
import { runConfig } from './run-config.ts';
import { createRunInputs } from './run-inputs.ts';
import type { DeviceChoice } from './run-record.ts';
import type { ChosenImages, ChosenRun } from './training-protocol.ts';

/** A run that is about to begin: its images, configuration and initial weights. */
export interface PlannedRun {
  readonly found: FolderImages;
  readonly base: BaseWeights | undefined;
  readonly config: TrainConfig;
  readonly device: DeviceChoice;
}

/** Reads the images of a new run and plans it. */
export interface RunPlanner {
  /** Returns the images. Reads them only if the files or the picture settings have changed since the last call. */
  read(images: ChosenImages, pictures: PictureChoice | null, mnist: MnistAssets): Promise<FolderImages>;
  /** Reads the images and the base of a run, and creates its configuration. */
  plan(run: ChosenRun): Promise<PlannedRun>;
}

/** Creates a planner. @param stage reports the current activity; `done` is in [0, 1], null if unknown */
export function createRunPlanner(stage: (text: string, done?: number | null) => void): RunPlanner {
  const inputs = createRunInputs(stage);
  return {
    read: inputs.images,
    async plan({ choice, images, base: chosen, mnist }) {
      const found = await inputs.images(images, choice.pictures, mnist);
      const { dataset } = found;
      const model = chosen === null ? null : await inputs.base(chosen);
      const base =
        model === null
          ? undefined
          : { model, classNames: dataset.classNames ?? null, tagNames: dataset.tags?.names ?? null };
      const { device, threads } = choice;
      return { found, base, config: runConfig(choice, dataset, model), device: { device, threads } };
    },
  };
}
