import { memoryFiles } from '@isonoise/bundle';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { changeDetector } from './same-bundle.ts';
import { smallBundle } from './small-bundle.ts';

const original = await smallBundle();
const paths = [...original.keys()].sort();
const readCopy = await changeDetector(memoryFiles(original));

export const bundleTarget: FuzzTarget = {
  about: 'bundles with one changed file; each must be rejected or have the content of the original',
  async tryOne(seed) {
    const random = new FuzzRandom(seed);
    const path = random.chance(0.4) ? 'isonoise.json' : random.pick(paths);
    const files = new Map(original);
    if (random.chance(0.03)) files.delete(path);
    else files.set(path, mutated(original.get(path) ?? new Uint8Array(), random));
    return attempt(() => readCopy(memoryFiles(files)));
  },
};
