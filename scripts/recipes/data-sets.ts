/** A data set on which recipes are compared. */
export interface DataSet {
  /** For `train --dataset`. */
  readonly dataset: string;
  /** Side of the images, for a folder. */
  readonly size?: number | undefined;
  /** Network whose features measure the images. */
  readonly features: string;
  /** Command that makes the images or the features if they are missing. */
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
    prepare: 'pnpm data icons',
  },
} as const satisfies Readonly<Record<string, DataSet>>;

export type DataSetName = keyof typeof DATA_SETS;

export const DATA_SET_NAMES = Object.keys(DATA_SETS) as readonly DataSetName[];

/** The data set with a name. */
export function dataSetOf(name: DataSetName): DataSet {
  return DATA_SETS[name];
}
