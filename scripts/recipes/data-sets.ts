import { access } from 'node:fs/promises';
import { scriptError } from '../script-error.ts';

/** A data set on which recipes are compared. */
export interface DataSet {
  /** Value for `train --dataset`. */
  readonly dataset: string;
  /** Side of the images, if the data set is a folder. */
  readonly size?: number | undefined;
  /** Network whose features measure the images. */
  readonly features: string;
  /** Commands that make the images and the features if they are missing. */
  readonly prepare: string;
}

const DATA_SETS = {
  mnist: {
    dataset: 'mnist',
    features: 'models/mnist-features/model.onnx',
    prepare: 'pnpm train-features mnist',
  },
  'fashion-mnist': {
    dataset: 'fashion-mnist',
    features: 'models/fashion-mnist-features/model.onnx',
    prepare: 'pnpm train-features fashion-mnist',
  },
  icons: {
    dataset: 'data/icons',
    size: 32,
    features: 'models/picture-features/model.onnx',
    prepare: 'pnpm data icons, then pnpm train-features icons',
  },
} as const satisfies Readonly<Record<string, DataSet>>;

export type DataSetName = keyof typeof DATA_SETS;

export const DATA_SET_NAMES = Object.keys(DATA_SETS) as readonly DataSetName[];

/** Returns a data set by its name. */
export function dataSetOf(name: DataSetName): DataSet {
  return DATA_SETS[name];
}

/**
 * Checks that the images and the features of a data set exist, before hours are spent on training.
 *
 * @throws `BENCH_USAGE` if a file is missing; the message has the commands that make it
 */
export async function requireDataSet(name: DataSetName): Promise<void> {
  const { dataset, size, features, prepare } = dataSetOf(name);
  // A set with a size is a folder; the others are downloaded or installed.
  for (const file of size === undefined ? [features] : [dataset, features]) {
    await access(file).catch((cause: unknown) => {
      throw scriptError(
        'BENCH_USAGE',
        `bench recipes: ${file} does not exist; expected it for the data set ${name}. Make it with ${prepare}, or choose other data sets with --data.`,
        { cause },
      );
    });
  }
}
