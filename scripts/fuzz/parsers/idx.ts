import { datasetFromIdx, parseIdx } from '@isonoise/data';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { idxImages, idxLabels } from './small-idx.ts';

export const idxTarget: FuzzTarget = {
  about: 'IDX files of images or of labels, with changed bytes',
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const changed = { images: idxImages, labels: idxLabels };
    if (random.chance(0.5)) changed.images = mutated(idxImages, random);
    else changed.labels = mutated(idxLabels, random);
    return attempt(() => {
      const { dims, data } = parseIdx(changed.images, 'images');
      if (dims.reduce((product, size) => product * size, 1) !== data.length)
        throw scriptError(
          'FUZZ_FINDING',
          `dimensions ${dims.join('x')} were accepted for ${data.length} bytes`,
        );
      const { labels = [], classNames = [] } = datasetFromIdx({
        name: 'fuzz',
        images: { fileName: 'images', bytes: changed.images },
        labels: { fileName: 'labels', bytes: changed.labels },
        classNames: ['a', 'b', 'c'],
      });
      if (labels.some((label) => label >= classNames.length))
        throw scriptError('FUZZ_FINDING', 'a label without a class was accepted');
    });
  },
};
