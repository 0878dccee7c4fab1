import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDataset } from '@isonoise/data/node';
import { encodePng } from '@isonoise/picture';
import sharp from 'sharp';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { removeAtExit } from './remove-at-exit.ts';

const SIDE = 8;
const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 37) % 256);
const raw = { raw: { width: SIDE, height: SIDE, channels: 3 as const } };
const samples: Readonly<Record<string, Uint8Array>> = {
  'x.png': encodePng({ width: SIDE, height: SIDE, channels: 3, data }),
  'x.jpg': await sharp(data, raw).jpeg().toBuffer(),
  'progressive.jpg': await sharp(data, raw).jpeg({ progressive: true }).toBuffer(),
  'x.webp': await sharp(data, raw).webp().toBuffer(),
  'x.tiff': await sharp(data, raw).tiff().toBuffer(),
  'x.gif': await sharp(data, raw).gif().toBuffer(),
};
const names = Object.keys(samples);

const folder = removeAtExit(await mkdtemp(path.join(tmpdir(), 'isonoise-fuzz-')));
await mkdir(path.join(folder, 'a'));
await mkdir(path.join(folder, 'b'));
for (const name of names) await writeFile(path.join(folder, 'b', name), samples[name] ?? '');

export const imagesTarget: FuzzTarget = {
  about: `folders of images, in which one image has changed bytes: ${names.join(', ')}`,
  async tryOne(seed) {
    const random = new FuzzRandom(seed);
    const name = random.pick(names);
    await writeFile(
      path.join(folder, 'a', 'changed'.concat(path.extname(name))),
      mutated(samples[name] ?? data, random),
    );
    const outcome = await attempt(async () => {
      const { dataset } = await loadDataset(folder, { images: { size: SIDE } });
      const { channels, height, width } = dataset.shape;
      if (dataset.pixels.length !== dataset.count * channels * height * width)
        throw scriptError(
          'FUZZ_FINDING',
          `${dataset.count} images were read with ${dataset.pixels.length} values`,
        );
    });
    await writeFile(path.join(folder, 'a', 'changed'.concat(path.extname(name))), samples[name] ?? data);
    return outcome;
  },
};
