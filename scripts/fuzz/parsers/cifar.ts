import { datasetFromCifar10 } from '@isonoise/data';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { cifarRecords } from './small-cifar.ts';

export const cifarTarget: FuzzTarget = {
  about: 'CIFAR-10 records with changed bytes',
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const files = [0, 1].map((i) => ({ fileName: `batch ${i}`, bytes: mutated(cifarRecords, random) }));
    return attempt(() => {
      const { count, pixels, labels = [] } = datasetFromCifar10('fuzz', files);
      if (labels.length !== count || pixels.length !== count * 3072 || labels.some((label) => label > 9))
        throw scriptError(
          'FUZZ_FINDING',
          `${count} images were read with ${labels.length} labels and ${pixels.length} values`,
        );
    });
  },
};
