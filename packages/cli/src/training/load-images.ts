import { type Dataset, padTo, subset } from '@isonoise/data';
import { isDatasetName, type LoadedDataset, loadDataset } from '@isonoise/data/node';
import { CliError } from '../cli-error.ts';
import type { DataChoice } from './run-record.ts';

/** @throws CliError `USAGE`; DataError */
export async function loadImages(choice: DataChoice): Promise<LoadedDataset> {
  const { dataset: name, dataDir, size, grayscale, pad, limit } = choice;
  const known = isDatasetName(name);
  if (known && (size !== null || grayscale)) {
    throw new CliError('USAGE', `--size and --grayscale are for folders of images; ${name} has its own.`);
  }
  const loaded = await loadDataset(name, {
    ...(dataDir === null ? {} : { dataDir }),
    ...(known ? {} : { images: { ...(size === null ? {} : { size }), channels: grayscale ? 1 : 3 } }),
  });
  const dataset = limited(loaded.dataset, limit);
  return { ...loaded, dataset: pad === null ? dataset : padTo(dataset, pad) };
}

function limited(dataset: Dataset, limit: number | null): Dataset {
  if (limit === null || limit >= dataset.count) return dataset;
  return subset(dataset, limit);
}
